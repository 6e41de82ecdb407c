/**
 * Traces in the form of Botan's test data: records and some of their contents by name, and the random bytes that both ends drew.
 * Keys and secrets are not listed, so that only what follows from them is checked: that records open, seal and hold what is said.
 */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import {
  cipherSuiteInfo,
  clientHello,
  decodeMessage,
  findExtension,
  groupInfo,
  keyShareRow,
  serverHello,
} from '@tlskit/tls-messages';
import { Deframer, MAX_CIPHERTEXT } from '@tlskit/tls-record';
import { equalBytes, toHex } from '@tlskit/tls-wire';
import { HandshakeStream, messageName, type Party } from './handshake.ts';
import { type InputRecord, Replay } from './replay.ts';
import type { Report } from './report.ts';
import { offerOf, type PrivateKey } from './shared-secret.ts';
import { checkMessages, checkRecords, checkReplay, checkSignatures } from './traces-sections.ts';

/** One trace: hexadecimal by field. */
export type BotanTrace = { readonly [field: string]: string };

export function isBotanTrace(trace: object): trace is BotanTrace {
  return Object.keys(trace).some(field => field.startsWith('Record_ClientHello'));
}

export async function checkBotanTrace(
  report: Report,
  name: string,
  trace: BotanTrace,
  provider: CryptoProvider,
): Promise<void> {
  const records: InputRecord[] = [];
  /** The numbers of the records that a field holds. */
  const places = new Map<string, number[]>();
  for (const [field, hex] of Object.entries(trace)) {
    if (!field.startsWith('Record_')) continue;
    const bytes = report.bytes(`${name} ${field}`, hex);
    const found = (bytes && split(bytes)) ?? [];
    places.set(
      field,
      found.map((_, i) => records.length + i),
    );
    for (const record of found) records.push({ from: partyOf(field), bytes: record });
  }
  const hellos = hellosOf(records);
  const suite = cipherSuiteInfo(hellos.server.cipher_suite);
  if (suite === undefined) throw new Error('no cipher suite of TLS 1.3');
  const psk = trace.PskSecret === undefined ? undefined : report.bytes(`${name} PskSecret`, trace.PskSecret);
  if (psk !== undefined) report.input();
  const replay = new Replay({
    provider,
    suite,
    ...(psk === undefined ? {} : { psk, pskKind: 'ext' }),
    privateKeys: (['client', 'server'] as const).flatMap(who => pooledKey(report, name, trace, who, hellos)),
    records,
  });
  checkReplay(report, name, replay);
  checkRecords(report, name, {}, replay);
  checkMessages(report, name, {}, replay);
  for (const { from, what, value, wire } of replay.finished) report.hex(`${name} ${from} ${what}`, toHex(wire), value);
  await checkSignatures(report, name, {}, replay, provider);
  checkFields(report, name, trace, replay, places);
}

function checkFields(
  report: Report,
  name: string,
  trace: BotanTrace,
  replay: Replay,
  places: ReadonlyMap<string, readonly number[]>,
): void {
  const signatures = new Map(replay.signatures.map(found => [found.from, found]));
  for (const [field, hex] of Object.entries(trace)) {
    const what = `${name} ${field}`;
    const from = partyOf(field);
    const message = /^Message_(?:Client_|Server_)?(\w+)$/.exec(field)?.[1];
    if (message !== undefined) {
      const sided = /^Message_(?:Client|Server)_/.test(field);
      const found = replay.messages.find(({ name: other, from: by }) => other === message && (!sided || by === from));
      report.hex(what, hex, found?.raw);
    } else if (/^(Client|Server)_\w*AppData$/.test(field)) {
      const place = places.get(`Record_${field}`)?.[0];
      report.hex(what, hex, place === undefined ? undefined : replay.records[place]?.opened?.content);
    } else if (field.endsWith('_MessageToSign')) report.hex(what, hex, signatures.get(from)?.content);
    else if (field.endsWith('_MessageSignature')) report.hex(what, hex, signatures.get(from)?.message.slice(8));
    else if (field.endsWith('_CloseNotify')) {
      const content = replay.records[places.get(field)?.[0] ?? -1]?.opened?.content;
      report.holds(`${what} content`, content?.[1] === 0 && content.length === 2, 'no close_notify is in it');
    } else if (!/^Record_|_RNG_Pool$|^PskSecret$/.test(field)) report.note(`${name}: ${field} was not checked`);
  }
  report.note(
    `${name}: keys, secrets and derivations are not in the file; they were computed, and records held against them`,
  );
}

/** Random bytes are drawn in order: first the hello's random, later the private key, wherever its share says that it is. */
function pooledKey(report: Report, name: string, trace: BotanTrace, who: Party, hellos: Hellos): PrivateKey[] {
  const field = who === 'client' ? 'Client_RNG_Pool' : 'Server_RNG_Pool';
  if (trace[field] === undefined) return [];
  const pool = report.bytes(`${name} ${field}`, trace[field]);
  if (pool === undefined) return [];
  report.input();
  report.hex(`${name} ${who}'s random`, toHex(hellos[who].random), pool.subarray(0, 32));
  const selected = findExtension(hellos.server.extensions, keyShareRow, 'SH')?.server_share;
  const offered = findExtension(hellos.client.extensions, keyShareRow, 'CH')?.client_shares;
  const entry = who === 'server' ? selected : offered?.find(({ group }) => group === selected?.group);
  const group = entry && groupInfo(entry.group)?.provider;
  if (entry === undefined || group === undefined) return [];
  for (let at = 32; at + 32 <= pool.length; at++) {
    const key = pool.slice(at, at + 32);
    const offer = offerOf(group, key);
    if (offer !== undefined && equalBytes(offer.share, entry.key_exchange)) return [{ who, group, key }];
  }
  report.differ(`${name} ${who}'s key share`, 'its private key is not among the random bytes');
  return [];
}

type Hellos = ReturnType<typeof hellosOf>;

function hellosOf(records: readonly InputRecord[]) {
  const streams = { client: new HandshakeStream(), server: new HandshakeStream() };
  const messages = records
    .filter(({ bytes }) => bytes[0] === 22)
    .flatMap(({ from, bytes }) => streams[from].push(bytes.subarray(5)));
  const clientMessage = messages.findLast(raw => messageName(raw) === 'ClientHello');
  const serverMessage = messages.find(raw => messageName(raw) === 'ServerHello');
  if (clientMessage === undefined || serverMessage === undefined) throw new Error('no hellos in plaintext');
  return { client: decodeMessage(clientHello, clientMessage), server: decodeMessage(serverHello, serverMessage) };
}

function split(bytes: Uint8Array): Uint8Array[] {
  const deframer = new Deframer({ maxFragment: MAX_CIPHERTEXT });
  deframer.push(bytes);
  const records: Uint8Array[] = [];
  for (let record = deframer.next(); record !== undefined; record = deframer.next()) records.push(record.bytes);
  if (deframer.buffered > 0) throw new Error('a record lacks its end');
  return records;
}

/** Fields name the side that sends; what names none is the server's. */
function partyOf(field: string): Party {
  return /^(Record_|Message_)?_?Client/.test(field) ? 'client' : 'server';
}
