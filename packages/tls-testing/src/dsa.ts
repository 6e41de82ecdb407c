/** DSA keys of 2048 bits (FIPS 186-4), for certificates of suites with DHE_DSS. */
import { platformRandom } from '@tlskit/tls-crypto';
import * as asn1js from 'asn1js';
import { bytesOf, octets, oid, raw, sequence, small } from './asn1.ts';

/** Dss-Parms (RFC 3279 §2.3.2) of 2048 and 224 bits, made with OpenSSL: a group is no secret, and takes seconds to find. */
const parameters = [
  'MIICKAKCAQEAsSZMu/W9TsaRBrvPsiYf13bOcfddpcekdoUDKNBG1LvdRZrQTBrWOolTwkGwLzD23iyL78N+JX9aduUqIzKvyf/e',
  'VaW6WdQTXmvq+UCrgMrvbZdVzCFNorJRLblyITq0VPpvC9o92zDbF1rleAYrZlZM/BfXQeAwqdRCZTp4OArSvxVeDvicmFL4+h0K',
  'SJjVl8GYroHG4pB3c25oLXEwqTH4/jyx7YC2ZdeGYCyDis/DbFOAlqlHJNZ8OpNR6wkBLSF3Yv0mzsJGKYA2Tx2Rtw53Z1vmZotq',
  '2/MNBpgnghvOHzTcN6aGacO3QAiXuK2R96yp+w0pA7IsqOqss5b/ZwIdANmRRWLjmt0AOsqIwm9WfoPrZnVIaTVwK9qbyvcCggEA',
  'DRMHFowa1VYIItinyd5E4sL9JSGEi0k8W0jEQ876akVOQy+qugeajujMH4CKKnYPiwa3Ab+q2gKmW7WgH4UwO1ELuAsuLgNGhrnd',
  'TYWSKXYsF421oJUclmo/jQejYtXFFTv6mShPRC32Gf1PCYUcuGcN9CDE9pelGiIYSgBItBeeTid8kwn2KLOul/EAuvYuY2Usx7TQ',
  '7X/TZDn6rXSgARmbYSC1jq4NnXSSezzBvOVLEiFy/Bs97ir/Kpx5mNNw2B2ilDKXoz5/6d1LaYuk1B8makhp0RQp0BmTYE0NePG7',
  'uJeZKYjYf+3PJVxgCRXcowYdq99gJTZx0zBIiM4Yrw==',
];

/** DER PKCS#8 of a fresh key. */
export function generateDsa(): Uint8Array {
  const x = platformRandom(28);
  // q has 224 bits, the first of which is set: with that bit gone, x is below it.
  x[0] = ((x[0] as number) & 0x7f) | 0x40;
  const domain = Uint8Array.from(atob(parameters.join('')), character => character.charCodeAt(0));
  const integer = new asn1js.Integer({ valueHex: x });
  return bytesOf(sequence(small(0), sequence(oid('1.2.840.10040.4.1'), raw(domain)), octets(bytesOf(integer))));
}
