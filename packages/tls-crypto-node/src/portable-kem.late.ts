/** ML-KEM by the portable provider: apart from the rest of it, since every handshake of Node 20 and 22 may use it. A late module. */
export { mlKem768, mlKem1024 } from '@tlskit/tls-crypto-noble/pq';
