/** TLS 1.2, apart: a page that shows TLS 1.3 alone does not load it. */
export { tls12 } from '@tlskit/tls-engine/tls12';
