/** The sections of a trace, each held against a replay of the connection. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { hkdfExpand, type KeyLogLabel, keyLogLine, parseKeyLog } from '@tlskit/tls-keyschedule';
import { certificateVerify, decodeMessage, NamedGroup, newSessionTicket } from '@tlskit/tls-messages';
import { equalBytes, toHex } from '@tlskit/tls-wire';
import { checkMessage } from './handshake.ts';
import { hkdfInfo } from './hkdf-info.ts';
import type { Replay, ReplayedRecord } from './replay.ts';
import type { Report } from './report.ts';
import type { Expansion } from './schedule.ts';
import { offerOf } from './shared-secret.ts';
import { signatureFault } from './signatures.ts';
import { isWord, type Trace, type TraceDerivation } from './traces-file.ts';

export function checkKeyPairs(report: Report, name: string, trace: Trace, replay: Replay): void {
  for (const { who, group, private: key, public: share } of trace.key_pairs ?? []) {
    const what = `${name} ${who}'s ${group} key pair`;
    report.input();
    const bytes = report.bytes(what, key);
    const offer = bytes && offerOf(group, bytes);
    if (NamedGroup.valueOf(group) === undefined) report.differ(what, 'there is no such group');
    else if (offer === undefined) report.note(`${what} was not checked: the provider lacks the group`);
    else {
      report.hex(`${what}, public`, share, offer.share);
      const senders = replay.shares.filter(sent => equalBytes(sent.share, offer.share)).map(({ from }) => from);
      if (senders.length > 0) report.holds(`${what}, owner`, senders.includes(who), `it is the ${senders[0]}'s`);
    }
  }
}

export function checkRecords(report: Report, name: string, trace: Trace, replay: Replay): void {
  const stated = trace.records;
  if (stated !== undefined && stated.length !== replay.records.length) {
    report.differ(`${name} records`, `${stated.length} in the file, ${replay.records.length} replayed`);
  }
  replay.records.forEach((record, i) => {
    const what = `${name} record ${i} (${record.from}, ${record.epoch})`;
    const { opened } = record;
    if (opened === undefined) report.differ(what, `does not open: ${record.fault}`);
    else report.hex(`${what} sealed`, toHex(record.wire.bytes), record.sealed);
    const file = stated?.[i];
    if (file === undefined) return;
    const { octets, content_type, epoch } = file;
    if (octets !== undefined) report.same(`${what} octets`, octets, record.wire.bytes.length);
    if (content_type !== undefined) report.same(`${what} content type`, content_type, record.wire.type);
    if (epoch !== undefined) report.same(`${what} epoch`, epoch, record.epoch);
    if (file.key !== undefined) report.hex(`${what} key`, file.key, record.keys?.key);
    if (file.iv !== undefined) report.hex(`${what} iv`, file.iv, record.keys?.iv);
    if (file.seq !== undefined) report.same(`${what} sequence number`, file.seq, record.sequence);
    if (file.nonce !== undefined) report.hex(`${what} nonce`, file.nonce, record.nonce);
    if (file.aad !== undefined) report.hex(`${what} aad`, file.aad, record.aad);
    if (file.inner_type !== undefined) report.same(`${what} inner type`, file.inner_type, opened?.type);
    if (file.padding !== undefined) report.same(`${what} padding`, file.padding, opened?.padding);
    if (file.plaintext !== undefined) report.hex(`${what} plaintext`, file.plaintext, opened?.content);
  });
}

/** Messages that came out of the records, each side's in its order, and whether each writes back. */
export function checkMessages(report: Report, name: string, trace: Trace, replay: Replay): void {
  for (const [i, { from, name: found, raw }] of replay.messages.entries()) {
    checkMessage(report, `${name} message ${i} (${from} ${found})`, raw);
  }
  if (trace.messages === undefined) return;
  for (const from of ['client', 'server'] as const) {
    const replayed = replay.messages.filter(message => message.from === from);
    const stated = trace.messages.filter(message => message.from === from);
    if (stated.length !== replayed.length) {
      report.differ(
        `${name} messages of the ${from}`,
        `${stated.length} in the file, ${replayed.length} in the records`,
      );
    }
    for (const [i, file] of stated.entries()) {
      const what = `${name} ${from} message ${i} (${file.name})`;
      const message = replayed[i];
      report.hex(what, file.hex, message?.raw);
      if (file.name !== undefined) report.same(`${what} name`, file.name, message?.name);
      if (file.octets !== undefined) report.same(`${what} octets`, file.octets, message?.raw.length);
    }
  }
}

export function checkSecrets(report: Report, name: string, trace: Trace, replay: Replay): void {
  for (const [secret, hex] of Object.entries(trace.secrets ?? {})) {
    if (secret === 'ecdhe' && replay.sharedSecretTrusted) report.input();
    else report.hex(`${name} secret "${secret}"`, hex, replay.schedule.secrets.get(secret));
  }
  for (const [keys, { key, iv }] of Object.entries(trace.traffic_keys ?? {})) {
    const found = replay.schedule.trafficKeys.get(keys);
    if (key !== undefined) report.hex(`${name} ${keys} key`, key, found?.key);
    if (iv !== undefined) report.hex(`${name} ${keys} iv`, iv, found?.iv);
  }
}

export function checkDerivations(report: Report, name: string, trace: Trace, replay: Replay): void {
  for (const file of trace.derivations ?? []) {
    const what = `${name} derivation "${file.name}"`;
    if (file.secret !== undefined || file.ikm !== undefined) checkExtraction(report, what, file, replay);
    else checkExpansion(report, what, file, replay);
  }
}

function checkExtraction(report: Report, what: string, file: TraceDerivation, replay: Replay): void {
  const found = replay.schedule.extractions.get(file.name);
  if (file.salt !== undefined) {
    if (isWord(file.salt))
      report.holds(`${what} salt`, found?.salt === undefined, 'zeros in the file, computed otherwise');
    else report.hex(`${what} salt`, file.salt, found?.salt);
  }
  if (file.ikm !== undefined) report.hex(`${what} ikm`, file.ikm, found?.ikm);
  if (file.secret !== undefined) report.hex(`${what} secret`, file.secret, found?.secret);
}

function checkExpansion(report: Report, what: string, file: TraceDerivation, replay: Replay): void {
  const found = replay.schedule.expansions.get(file.name);
  if (file.label !== undefined) report.same(`${what} label`, file.label, found?.label);
  if (file.prk !== undefined) report.hex(`${what} prk`, file.prk, found?.prk);
  if (file.hash !== undefined) report.hex(`${what} hash`, isWord(file.hash) ? '' : file.hash, found?.context);
  if (file.info !== undefined) report.hex(`${what} info`, file.info, found && hkdfInfo(found));
  if (file.expanded !== undefined) report.hex(`${what} expanded`, file.expanded, found && expandedBy(found, replay));
}

/** HKDF-Expand with the declared HkdfLabel, which must be what HKDF-Expand-Label gave. */
function expandedBy(found: Expansion, replay: Replay): Uint8Array | undefined {
  const expanded = hkdfExpand(replay.schedule.hash, found.prk, hkdfInfo(found), found.expanded.length);
  return equalBytes(expanded, found.expanded) ? expanded : undefined;
}

export function checkFinished(report: Report, name: string, trace: Trace, replay: Replay): void {
  for (const { from, what, value, wire } of replay.finished) {
    report.hex(`${name} ${from} ${what} on the wire`, toHex(wire), value);
  }
  const listed = trace.finished ?? [];
  for (const [i, file] of listed.entries()) {
    const kind = file.what ?? 'Finished';
    const what = `${name} ${file.from} ${kind}`;
    const found = replay.finished
      .filter(candidate => candidate.from === file.from && candidate.what === kind)
      // After a HelloRetryRequest there are two binders: a file that lists one means the last.
      .at(-listed.slice(i).filter(other => other.from === file.from && (other.what ?? 'Finished') === kind).length);
    if (file.base !== undefined) report.hex(`${what} base key`, file.base, found?.base);
    if (file.finished_key !== undefined) report.hex(`${what} finished key`, file.finished_key, found?.finishedKey);
    if (file.hash !== undefined) report.hex(`${what} transcript hash`, file.hash, found?.transcriptHash);
    if (file.verify_data !== undefined) report.hex(`${what} value`, file.verify_data, found?.value);
    if (file.truncated_hello_octets !== undefined) {
      report.same(`${what} truncated hello`, file.truncated_hello_octets, found?.truncatedHello?.length);
    }
    if (file.matches_wire !== undefined) {
      report.same(`${what} matches`, file.matches_wire, found && equalBytes(found.value, found.wire));
    }
  }
}

export async function checkSignatures(
  report: Report,
  name: string,
  trace: Trace,
  replay: Replay,
  provider: CryptoProvider,
): Promise<void> {
  for (const { from, message, content, spki } of replay.signatures) {
    const what = `${name} ${from} CertificateVerify`;
    const fault =
      spki === undefined ? 'no Certificate before it' : await signatureFault(provider, spki, message, content);
    report.holds(what, fault === undefined, String(fault));
    const file = trace.certificate_verify?.find(candidate => candidate.from === from);
    if (file === undefined) continue;
    const { algorithm, signature } = decodeMessage(certificateVerify, message);
    if (file.scheme !== undefined) report.same(`${what} scheme`, Number.parseInt(file.scheme, 16), algorithm);
    if (file.content !== undefined) report.hex(`${what} content`, file.content, content);
    if (file.signature !== undefined) report.hex(`${what} signature`, file.signature, signature);
    if (file.verified !== undefined) report.same(`${what} verified`, file.verified, fault === undefined);
  }
  for (const { from } of trace.certificate_verify ?? []) {
    if (!replay.signatures.some(found => found.from === from)) {
      report.differ(`${name} ${from} CertificateVerify`, 'there is none in the records');
    }
  }
}

export function checkTicket(report: Report, name: string, trace: Trace, replay: Replay): void {
  if (trace.session_ticket === undefined) return;
  const raw = replay.messages.find(message => message.name === 'NewSessionTicket')?.raw;
  report.hex(`${name} session ticket`, trace.session_ticket, raw && decodeMessage(newSessionTicket, raw).ticket);
}

const keyLogLabels: Readonly<Record<string, KeyLogLabel>> = {
  'c e traffic': 'CLIENT_EARLY_TRAFFIC_SECRET',
  'e exp master': 'EARLY_EXPORTER_SECRET',
  'c hs traffic': 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  's hs traffic': 'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'c ap traffic': 'CLIENT_TRAFFIC_SECRET_0',
  's ap traffic': 'SERVER_TRAFFIC_SECRET_0',
  'exp master': 'EXPORTER_SECRET',
};

/** The secrets, written as a key log and read back, against those of the file. */
export function checkKeyLog(report: Report, name: string, trace: Trace, replay: Replay): void {
  const random = replay.messages.find(message => message.name === 'ClientHello')?.raw.slice(6, 38);
  if (random === undefined || trace.secrets === undefined) return;
  const lines = Object.entries(keyLogLabels).flatMap(([secret, label]) => {
    const bytes = replay.schedule.secrets.get(secret);
    return bytes === undefined ? [] : [keyLogLine(label, random, bytes)];
  });
  const log = parseKeyLog(lines.join('\n')).get(toHex(random));
  for (const [secret, label] of Object.entries(keyLogLabels)) {
    const hex = trace.secrets[secret];
    if (hex !== undefined) report.hex(`${name} key log ${label}`, hex, log?.[label]);
  }
}

/** What the replay itself stumbled over. */
export function checkReplay(report: Report, name: string, replay: Replay): void {
  for (const fault of replay.faults) report.differ(name, fault);
  for (const note of replay.notes) report.note(`${name}: ${note}`);
}

/** Plaintexts are inputs: application data and alerts that somebody chose to send. */
export function countInputs(report: Report, trace: Trace, records: readonly ReplayedRecord[]): void {
  if (trace.psk) report.input();
  for (const { opened } of records) if (opened?.encrypted && opened.type !== 22) report.input();
}

/** n = p q, and what else RFC 8017 §3.2 says of the numbers of a private key. */
export function checkRsaKey(report: Report, parts: { readonly [part: string]: string }): void {
  const number = (part: string) => BigInt(`0x${parts[part] ?? '0'}`);
  const [n, e, d] = [number('modulus (public)'), number('public exponent'), number('private exponent')];
  const [p, q] = [number('prime1'), number('prime2')];
  const [dP, dQ, qInv] = [number('exponent1'), number('exponent2'), number('coefficient')];
  const holds = (what: string, right: boolean) => report.holds(`RSA key: ${what}`, right, 'does not hold');
  holds('n = p q', n === p * q && p > 1n && q > 1n);
  if (p <= 1n || q <= 1n) return;
  holds('e d = 1', (e * d) % (p - 1n) === 1n && (e * d) % (q - 1n) === 1n);
  holds('dP = d mod p - 1', dP === d % (p - 1n));
  holds('dQ = d mod q - 1', dQ === d % (q - 1n));
  holds('q qInv = 1 mod p', (q * qInv) % p === 1n);
}

/** The RSA key is that of the certificates which bear RSA keys of its size. */
export function checkRsaCertificates(
  report: Report,
  parts: { readonly [part: string]: string },
  replays: Replay[],
): void {
  const modulus = parts['modulus (public)'];
  const server = replays.flatMap(replay => replay.signatures.filter(({ from }) => from === 'server'));
  if (modulus === undefined || server.length === 0) return;
  const bearing = server.filter(({ spki }) => spki !== undefined && toHex(spki).includes(modulus.toLowerCase()));
  report.holds('RSA key: certificates', bearing.length > 0, 'no server has it in its certificate');
}
