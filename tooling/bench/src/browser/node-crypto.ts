/** What a bundle for browsers has in place of `node:crypto`, for a peer that takes its WebCrypto from there. */
export const webcrypto = globalThis.crypto;
