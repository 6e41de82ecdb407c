/** ChangeCipherSpec and Finished (RFC 5246 §7.1, §7.4.9): the same for both sides but for names. */
import { TlsError } from '@tlskit/tls-alerts';
import { constantTimeEqual } from '@tlskit/tls-crypto';
import {
  boundary,
  type Flow,
  recv,
  recvChangeCipherSpec,
  send,
  sendChangeCipherSpec,
  type Transcript,
} from '@tlskit/tls-handshake';
import { type MasterSecret12, VERIFY_DATA_LENGTH } from '@tlskit/tls-keyschedule/tls12';
import { finished12 } from '@tlskit/tls-messages';
import type { ConnectionKeys } from './context.ts';

type Side = 'client' | 'server';

/** [ChangeCipherSpec], Finished -->. @returns its verify_data */
export function* sendFinished(
  side: Side,
  transcript: Transcript,
  master: MasterSecret12,
  keys: ConnectionKeys,
): Flow<Uint8Array> {
  yield* sendChangeCipherSpec();
  yield* keys.install('write', side);
  const verify_data = master.verifyData(side, transcript.hash());
  yield* send('handshake', finished12, { verify_data });
  return verify_data;
}

/** <-- [ChangeCipherSpec], Finished. @returns its verify_data */
export function* recvFinished(
  side: Side,
  transcript: Transcript,
  master: MasterSecret12,
  keys: ConnectionKeys,
): Flow<Uint8Array> {
  // RFC 5246 §7.4.9: "it is a fatal error if a Finished message is not preceded by a ChangeCipherSpec message".
  yield* recvChangeCipherSpec('WAIT_CCS');
  yield* keys.install('read', side);
  const expected = master.verifyData(side, transcript.hash()); // over everything before Finished
  const { body } = yield* recv('WAIT_FINISHED', finished12);
  yield* boundary(); // nobody asks for another handshake who has not done with this one
  if (body.verify_data.length !== VERIFY_DATA_LENGTH) {
    throw new TlsError('ERR_TLS_DECODE', `verify_data has ${body.verify_data.length} bytes`, {
      rfc: 'RFC 5246 §7.4.9',
    });
  }
  if (!constantTimeEqual(body.verify_data, expected)) {
    throw new TlsError('ERR_TLS_BAD_FINISHED', 'Finished does not verify', { rfc: 'RFC 5246 §7.4.9' });
  }
  return expected;
}
