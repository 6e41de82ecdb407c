/** Cryptography for certificates: native, and portable for the kinds of keys that this Node does not have. */
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { allExtras, withExtras } from 'tlskit';

export const provider = withExtras(createNodeProvider(), ...allExtras);
