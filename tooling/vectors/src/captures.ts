/**
 * Checks captured connections: with their key logs, every protected record must open to what is said, every handshake message must
 * write back to its bytes, Finished values must follow from the transcript, signatures must verify.
 */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { type KeyLogLabel, type KeyLogSecrets, keyLogLine, parseKeyLog } from '@tlskit/tls-keyschedule';
import {
  AnyCipherSuite,
  cipherSuiteInfo,
  clientHello,
  decodeMessage,
  findExtension,
  keyShareRow,
  preSharedKeyRow,
  serverHello,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { type CipherSuiteInfo12, cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { Deframer } from '@tlskit/tls-record';
import { protection12 } from '@tlskit/tls-record/tls12';
import { fromHex, toHex } from '@tlskit/tls-wire';
import { CaptureReader, type ReadStream } from './capture-reader.ts';
import { checkAuthentication } from './captures-authentication.ts';
import type { Capture } from './captures-file.ts';
import { checkCapture12 } from './captures12.ts';
import { everything } from './everything.ts';
import { checkMessage, HandshakeStream, type Party } from './handshake.ts';
import { Report } from './report.ts';

/**
 * @param file parsed JSON: a list of connections
 * @throws Error when it is no list
 */
export async function checkCaptures(file: unknown, provider: CryptoProvider = everything()): Promise<Report> {
  if (!Array.isArray(file)) throw new Error('no list of connections in this file');
  const report = new Report();
  const uncovered: string[] = [];
  for (const [i, capture] of (file as Capture[]).entries()) {
    const what = `${i} ${capture.file ?? ''}#${capture.connection ?? 0}`;
    const reason = whyNotCovered(capture, provider);
    if (reason === undefined) await report.part(what, () => checkCapture(report, what, capture, provider));
    else {
      uncovered.push(`not covered: ${reason}: ${what}`);
      await report.part(what, () => checkSelected(report, what, capture));
    }
  }
  for (const line of uncovered) report.note(line);
  report.note(`${file.length - uncovered.length} connections were checked, ${uncovered.length} are not covered`);
  return report;
}

/** A reason is no excuse: what the provider has and the packages know is checked. */
function whyNotCovered(capture: Capture, provider: CryptoProvider): string | undefined {
  const suite = Number.parseInt(capture.cipher_suite, 16);
  if (capture.version === '0303') {
    const info = cipherSuiteInfo12(suite);
    const has =
      info && protection12(provider, info.protection) !== undefined && provider.hashes[info.hash] !== undefined;
    return has ? undefined : `suite ${AnyCipherSuite.label(suite)}`;
  }
  if (capture.version !== '0304') return `version ${capture.version} (suite ${AnyCipherSuite.label(suite)})`;
  const info = cipherSuiteInfo(suite);
  const has = info && provider.aeads[info.aead] !== undefined && provider.hashes[info.hash] !== undefined;
  return has ? undefined : `suite ${AnyCipherSuite.label(suite)}`;
}

async function checkCapture(report: Report, what: string, capture: Capture, provider: CryptoProvider): Promise<void> {
  const suite = Number.parseInt(capture.cipher_suite, 16);
  const streams = {
    client: report.bytes(what, capture.client_stream),
    server: report.bytes(what, capture.server_stream),
  };
  if (streams.client === undefined || streams.server === undefined) return;
  const secrets = keyLogOf(report, what, capture);
  if (capture.version === '0303') {
    const both = { client: streams.client, server: streams.server };
    const info = cipherSuiteInfo12(suite) as CipherSuiteInfo12;
    checkStreams(report, what, capture, await checkCapture12(report, what, capture, provider, info, secrets, both));
    return;
  }
  const reader = new CaptureReader(provider, suite, secrets);
  const read: { [P in Party]: ReadStream } = {
    client: reader.read('client', streams.client),
    server: reader.read('server', streams.server),
  };
  checkStreams(report, what, capture, read);
  for (const from of ['client', 'server'] as const) {
    for (const [i, { raw, name }] of read[from].messages.entries())
      checkMessage(report, `${what} ${from} message ${i} ${name}`, raw);
  }
  checkHellos(report, what, capture, read);
  await checkAuthentication(report, what, read, secrets, provider, suite);
}

function checkStreams(
  report: Report,
  what: string,
  capture: Capture,
  read: { readonly [P in Party]: ReadStream },
): void {
  for (const from of ['client', 'server'] as const) {
    const { records, fault, leftOver } = read[from];
    checkRecords(report, `${what} ${from}`, capture, from, read[from]);
    if (fault !== undefined) report.differ(`${what} ${from} record ${records.length}`, fault);
    if (leftOver > 0) report.note(`${what}: the ${from}'s stream ends within a record, ${leftOver} bytes of it came`);
  }
}

/** Version and suite are what ServerHello selected: a connection is not passed over because its entry is wrong. */
function checkSelected(report: Report, what: string, capture: Capture): void {
  const deframer = new Deframer();
  deframer.push(fromHex(capture.server_stream));
  const [raw] = new HandshakeStream().push(deframer.next()?.fragment ?? new Uint8Array(0));
  if (raw === undefined) throw new Error('there is no ServerHello');
  const { cipher_suite, extensions, legacy_version } = decodeMessage(serverHello, raw);
  const version = findExtension(extensions, supportedVersionsRow, 'SH')?.selected_version ?? legacy_version;
  report.same(`${what} version`, Number.parseInt(capture.version, 16), version);
  report.same(`${what} cipher suite`, Number.parseInt(capture.cipher_suite, 16), cipher_suite);
}

/** The key log as a program would find it: written as lines, and read. */
function keyLogOf(report: Report, what: string, capture: Capture): KeyLogSecrets {
  const random = report.bytes(`${what} client random`, capture.client_random) ?? new Uint8Array(32);
  const lines = Object.entries(capture.keylog).flatMap(([label, hex]) => {
    const secret = report.bytes(`${what} ${label}`, hex);
    report.input();
    return secret === undefined ? [] : [keyLogLine(label as KeyLogLabel, random, secret)];
  });
  return parseKeyLog(lines.join('\n')).get(toHex(random)) ?? {};
}

function checkRecords(report: Report, what: string, capture: Capture, from: Party, read: ReadStream): void {
  const stated = capture.decrypted_records.filter(record => record.from === from);
  const opened = read.records.filter(record => record.opened.encrypted);
  if (stated.length !== opened.length) {
    report.differ(`${what} records`, `${stated.length} protected ones in the file, ${opened.length} in the stream`);
  }
  for (const [i, file] of stated.entries()) {
    const label = `${what} protected record ${i}`;
    const found = opened[i];
    report.hex(`${label} plaintext`, file.plaintext, found?.opened.content);
    report.same(`${label} type`, file.inner_type ?? file.type, found?.opened.type);
    if (file.epoch !== undefined) report.same(`${label} epoch`, file.epoch, found?.epoch);
  }
  for (const [i, { wire, sealed }] of read.records.entries()) {
    report.hex(`${what} record ${i} sealed anew`, toHex(wire.bytes), sealed);
  }
}

/** What the file says of the negotiation, against the hellos. */
function checkHellos(report: Report, what: string, capture: Capture, read: { [P in Party]: ReadStream }): void {
  const helloOf = (from: Party, name: string) => read[from].messages.find(message => message.name === name)?.raw;
  const clientRaw = helloOf('client', 'ClientHello');
  const serverRaw = helloOf('server', 'ServerHello');
  if (clientRaw === undefined || serverRaw === undefined) {
    report.differ(what, 'a hello is missing');
    return;
  }
  const server = decodeMessage(serverHello, serverRaw);
  const share = findExtension(server.extensions, keyShareRow, 'SH')?.server_share;
  const psk = findExtension(server.extensions, preSharedKeyRow, 'SH') !== undefined;
  const retried = helloOf('server', 'HelloRetryRequest') !== undefined;
  report.hex(`${what} client random`, capture.client_random, decodeMessage(clientHello, clientRaw).random);
  report.same(`${what} cipher suite`, Number.parseInt(capture.cipher_suite, 16), server.cipher_suite);
  if (capture.group !== undefined) report.same(`${what} group`, Number.parseInt(capture.group, 16), share?.group);
  if (capture.psk !== undefined) report.same(`${what} psk`, capture.psk, psk);
  if (capture.hello_retry !== undefined) report.same(`${what} hello retry`, capture.hello_retry, retried);
}
