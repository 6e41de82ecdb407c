/** What else TLS 1.3 has, beside the primitives that everybody uses: each a part for `withExtras`. */
export { ccm } from './ccm.ts';
export { ed448Keys } from './ed448.ts';
export { ffdhe } from './ffdhe.ts';
export { type FfdheName, ffdhePrime, ffdhePrivateKeyLengths, requireFfdheShare } from './ffdhe-parameters.ts';
export { x448 } from './x448.ts';
