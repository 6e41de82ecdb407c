/** Post-quantum cryptography: hybrid groups, groups of ML-KEM alone, and keys of ML-DSA, each a part for `withExtras`. */
export { type HybridGroups, hybridGroups, hybridsOf } from './hybrid-groups.ts';
export { mlDsaKeys } from './ml-dsa.ts';
export { type Kem, mlKem768, mlKem1024, mlKemGroups, mlKemsOf } from './ml-kem.ts';
