/** TLS 1.3, apart: a page that shows TLS 1.2 alone does not load it. */
export { tls13 } from '@tlskit/tls-engine/tls13';
