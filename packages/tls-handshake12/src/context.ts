/** What both sides of a TLS 1.2 handshake do with the things that the shared floor hands them. */

export const TLS12 = 0x0303;
