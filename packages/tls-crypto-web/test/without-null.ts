/** A signature as old signers made it, whose DigestInfo has no NULL (RFC 8017 §A.2.4), over `hello`. */
import { constants, createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const info = Buffer.concat([
  Buffer.from('302f300b06096086480165030402010420', 'hex'),
  createHash('sha256').update('hello').digest(),
]);

export const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
export const signature = new Uint8Array(
  privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info),
);
