/** RFC 6960 §2.2, §2.6, §4.2.2.2: who may sign. */
import { ocspSigner } from '../files.ts';
import { held, like, type Rows } from '../row.ts';

export const signers: Rows = {
  '2.2:3': like('4.2.2.2:6', 'who signs is the authority, one it delegated to, or one that the caller trusts'),
  '2.6:1': like('4.2.2.2:3', "a delegate's certificate is issued directly by the authority"),
  '4.2.2.2:1': like('4.2.2.2:6', 'an authority signs itself, or delegates: nobody else is listened to'),
  '4.2.2.2:2': held(
    'who delegates says so by id-kp-OCSPSigning',
    ocspSigner.code('which is not for OCSP signing'),
    ocspSigner.without('signer.extendedKeyUsage?.includes(purposeOids.OCSPSigning) !== true'),
  ),
  '4.2.2.2:3': held(
    'in a certificate of the very authority',
    ocspSigner.code('function checkDelegate('),
    ocspSigner.without('!signer.issuer.equals(issuer.subject)'),
  ),
  '4.2.2.2:4': held(
    'by the very key that signed the certificate in question',
    ocspSigner.code('function* checkDelegation'),
    ocspSigner.without('!(yield* tools.verify(tools.key(issuer), algorithm, signer.tbs, signer.signature))'),
  ),
  '4.2.2.2:5': like('4.2.2.2:2', 'clients look for id-kp-OCSPSigning'),
  '4.2.2.2:6': held(
    'others are refused: all but the authority, its delegates, and those that the caller trusts',
    ocspSigner.code('function candidates('),
    ocspSigner.without('delegates.push({ signer, delegated: true })', 'delegates.push({ signer, delegated: false })'),
  ),
  '4.2.2.2.1:1': held(
    'id-pkix-ocsp-nocheck is NULL',
    ocspSigner.code('function checkNoCheck'),
    ocspSigner.without('value === undefined || (value.length === 2 && value[0] === 0x05 && value[1] === 0)', 'true'),
    ocspSigner.without(
      'rules.responderRevocation === undefined || signer.extensions.has(ocspOids.noCheck)',
      'rules.responderRevocation === undefined',
    ),
    ocspSigner.without(
      'rules.responderRevocation === undefined || signer.extensions.has(ocspOids.noCheck)',
      'true as boolean',
    ),
  ),
};
