/** 0-RTT on the server's side: what must be so before early data is taken (RFC 9846 §4.3.10, §8). */
import {
  type EarlyDataOutcome,
  type EarlyDataRefusal,
  earlyData,
  type Flow,
  type KeyLog,
  offersEarlyData,
  type Parameters,
  type ReceivedHello,
  type Secrets,
  type ServerContext,
  unlessItFails,
} from '@tlskit/tls-handshake';
import type { EarlySecret } from '@tlskit/tls-keyschedule';
import type { Suite } from './context.ts';
import { earlyDataGrant, earlySecrets, logEarlySecrets } from './early-data-offer.ts';
import type { ChosenPsk } from './psk-choice.ts';

/** Whether early data is taken, and if not, why; undefined where none is offered. */
export function* judgeEarlyData(
  { config }: ServerContext,
  first: ReceivedHello,
  hello: ReceivedHello,
  suite: Suite,
  psk: ChosenPsk | undefined,
  { alpn }: Parameters,
): Flow<EarlyDataOutcome | undefined> {
  if (!offersEarlyData(first.hello)) return undefined;
  const refused = (refusal: EarlyDataRefusal): EarlyDataOutcome => ({ accepted: false, refusal });
  const ours = config.earlyData;
  if (ours === undefined) return refused('disabled');
  const ticket = psk?.ticket;
  // A key from outside has no age: without one a guard would have to remember for ever what it saw.
  if (psk?.index !== 0 || ticket === undefined) return refused('not-resumed');
  if (hello !== first) return refused('hello-retry');
  const { session, ageSkew, binder } = ticket;
  if (session.maxEarlyData === 0) return refused('session');
  // The ticket is of a time when more was taken: the client may send it all.
  if (session.maxEarlyData > ours.maxSize) return refused('disabled');
  // RFC 9846 §4.3.10: the values that are associated with the key. Version and name are, or the key were not taken.
  if (session.cipherSuite !== suite.info.code) return refused('cipher-suite');
  if (session.alpn !== alpn) return refused('alpn');
  // RFC 9846 §8.3
  if (Math.abs(ageSkew) > ours.guard.window) return refused('ticket-age');
  // RFC 9846 §8.2: asked last, since it remembers; and for the binder, which was validated.
  const ask = () => ours.guard.firstTime(binder, config.now());
  const isNew = yield* unlessItFails('replayGuard', ask, () => {});
  return isNew === true ? { accepted: true } : refused('replay');
}

/** The secrets of early data that is taken, which `secrets` wipes. @param helloHash of the ClientHello */
export function* acceptEarlyData(
  early: EarlySecret,
  helloHash: Uint8Array,
  secrets: Secrets,
  log: KeyLog,
  psk: ChosenPsk | undefined,
  { alpn }: Parameters,
  { serverName }: ReceivedHello,
) {
  const { traffic, exporter } = earlySecrets(early, helloHash);
  secrets.own(traffic);
  secrets.own(exporter);
  yield* logEarlySecrets(log, traffic, exporter);
  const maxSize = psk?.ticket?.session.maxEarlyData ?? 0;
  yield* earlyData({ status: 'accepted', grant: earlyDataGrant(maxSize, alpn, serverName, exporter) });
  return { traffic, exporter };
}
