/**
 * Checks files of handshake traces: every step of HKDF, secret, key, nonce, record, message, Finished value, binder and signature
 * is computed from private keys and plaintexts, and held against what the file says.
 */
import type { Aead, CryptoProvider } from '@tlskit/tls-crypto';
import { everything } from './everything.ts';
import { Replay } from './replay.ts';
import { Report } from './report.ts';
import { checkBotanTrace, isBotanTrace } from './traces-botan.ts';
import { inputRecords, privateKeys, pskKindOf, suiteOf, type Trace, type TracesFile } from './traces-file.ts';
import {
  checkDerivations,
  checkFinished,
  checkKeyLog,
  checkKeyPairs,
  checkMessages,
  checkRecords,
  checkReplay,
  checkRsaCertificates,
  checkRsaKey,
  checkSecrets,
  checkSignatures,
  checkTicket,
  countInputs,
} from './traces-sections.ts';
import { checkSteps } from './traces-steps.ts';

/** Sections that {@link checkTrace} looks at, and fields that only describe. */
const known = new Set([
  ...['cipher_suite', 'group', 'psk', 'key_pairs', 'records', 'messages', 'secrets', 'traffic_keys', 'derivations'],
  ...['finished', 'certificate_verify', 'session_ticket', 'steps', 'title', 'rfc8448_section'],
]);

/**
 * @param file parsed JSON
 * @throws Error when there is no `traces` in it
 */
export async function checkTraces(file: unknown, provider: CryptoProvider = everything()): Promise<Report> {
  const { traces, server_rsa_key } = file as TracesFile;
  if (typeof traces !== 'object' || traces === null) throw new Error('no traces in this file');
  const report = new Report();
  const replays: Replay[] = [];
  for (const [name, trace] of Object.entries(traces)) {
    await report.part(name, async () => {
      if (isBotanTrace(trace)) await checkBotanTrace(report, name, trace, provider);
      else replays.push(await checkTrace(report, name, trace, provider));
    });
  }
  if (server_rsa_key !== undefined) {
    await report.part('RSA key', () => checkRsaKey(report, server_rsa_key));
    await report.part('RSA key', () => checkRsaCertificates(report, server_rsa_key, replays));
  }
  return report;
}

async function checkTrace(report: Report, name: string, trace: Trace, provider: CryptoProvider): Promise<Replay> {
  const suite = suiteOf(trace);
  const psk = trace.psk ? report.bytes(`${name} psk`, trace.psk) : undefined;
  const pskKind = pskKindOf(trace);
  const stated = trace.secrets?.ecdhe;
  const replay = new Replay({
    provider,
    suite,
    ...(psk === undefined ? {} : { psk }),
    ...(pskKind === undefined ? {} : { pskKind }),
    ...(stated === undefined ? {} : { statedSharedSecret: Uint8Array.from(Buffer.from(stated, 'hex')) }),
    privateKeys: privateKeys(report, name, trace),
    records: inputRecords(report, name, trace),
  });
  const part = (section: string, check: () => void | Promise<void>) => report.part(`${name} ${section}`, check);
  await part('replay', () => checkReplay(report, name, replay));
  await part('hellos', () => checkHellos(report, name, trace, replay));
  await part('key pairs', () => checkKeyPairs(report, name, trace, replay));
  await part('records', () => checkRecords(report, name, trace, replay));
  await part('messages', () => checkMessages(report, name, trace, replay));
  await part('secrets', () => checkSecrets(report, name, trace, replay));
  await part('derivations', () => checkDerivations(report, name, trace, replay));
  await part('Finished', () => checkFinished(report, name, trace, replay));
  await part('signatures', () => checkSignatures(report, name, trace, replay, provider));
  await part('ticket', () => checkTicket(report, name, trace, replay));
  await part('key log', () => checkKeyLog(report, name, trace, replay));
  await part('steps', () => checkSteps(report, name, trace, replay, provider.aeads[suite.aead] as Aead));
  countInputs(report, trace, replay.records);
  for (const section of Object.keys(trace)) {
    if (!known.has(section)) report.note(`${name}: the section "${section}" was not checked`);
  }
  if (trace.steps === undefined) report.note(`${name}: there are no steps to walk`);
  return replay;
}

/** Suite and group that the file names are those that ServerHello selected. */
function checkHellos(report: Report, name: string, trace: Trace, replay: Replay): void {
  const { suite, group } = replay.selected;
  if (trace.cipher_suite !== undefined) {
    report.same(`${name} cipher suite`, Number.parseInt(trace.cipher_suite, 16), suite);
  }
  if (trace.group !== undefined && group !== undefined) report.same(`${name} group`, trace.group, group);
}
