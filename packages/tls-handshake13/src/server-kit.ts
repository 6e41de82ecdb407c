/** What a server has beside the handshake itself: everything, as it answers what clients ask for. */
import { compression } from './certificate-compression.ts';
import { readStatus } from './certificate-entries.ts';
import { delegation } from './delegated-credential.ts';
import { extensions13 } from './extensions.ts';
import type { CertificateKit } from './kit.ts';

export const serverKit: CertificateKit = { extensions: extensions13, status: readStatus, compression, delegation };
