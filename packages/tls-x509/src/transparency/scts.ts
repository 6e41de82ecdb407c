/** Which SCTs of a certificate are good (RFC 6962 §5.2), one by one. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider, Hash } from '@tlskit/tls-crypto';
import { DecodeError, decode, encode, toHex } from '@tlskit/tls-wire';
import type { Certificate } from '../certificate.ts';
import { identifies } from '../ocsp/cert-id.ts';
import { parseOcspResponse } from '../ocsp/response.ts';
import type { PathTools } from '../path-judge.ts';
import type { Step } from '../step.ts';
import type { SctDelivery, SctReport, TransparencyQuestion } from '../transparency-policy.ts';
import { ocspSctListOid, precertEntry, sctListOid, sctsInExtension, x509Entry } from './entries.ts';
import type { KnownLog } from './logs.ts';
import {
  CERTIFICATE_TIMESTAMP,
  certificateTimestamp,
  isVersion1,
  type SctVersion1,
  type SignedEntry,
  signedCertificateTimestamp,
  V1,
} from './sct.ts';

/** SCTs that are looked at, of each delivery: certificates have two to six. */
const MAX_SCTS = 20;

/** The last that JavaScript has, milliseconds since 1970: a timestamp may be any number of 64 bits. */
const LAST_DATE = 8_640_000_000_000_000;

/** An SCT that was looked at. */
export interface JudgedSct {
  readonly report: SctReport;
  /** Where it is valid. */
  readonly log?: KnownLog;
  /** Who ran the log then. */
  readonly operator?: string;
}

/** What SCTs are judged by. */
export interface SctRules {
  readonly logs: ReadonlyMap<string, KnownLog>;
  readonly sha256: Hash;
  readonly hashes: CryptoProvider['hashes'];
}

/** Each SCT of the leaf, as it came. */
export function* judgeScts(question: TransparencyQuestion, rules: SctRules): Step<readonly JudgedSct[]> {
  const { path, tools } = question;
  const leaf = path[0] as Certificate;
  const judged: JudgedSct[] = [];
  const seen = new Set<string>();
  for (const { delivery, scts, entry } of deliveries(question, rules)) {
    if ('why' in scts) {
      judged.push({ report: { delivery, ...scts } });
      continue;
    }
    let signed: SignedEntry | undefined;
    for (const sct of scts.slice(0, MAX_SCTS)) {
      // The same once more tells nothing new, and is not worth a signature.
      const name = `${delivery === 'embedded'} ${toHex(sct)}`;
      const read = seen.has(name) ? ignored(delivery, 'it came before') : readSct(sct, delivery, leaf, rules, tools);
      seen.add(name);
      if (!('sct' in read)) {
        judged.push(read);
        continue;
      }
      signed ??= entry();
      judged.push(yield* verified(read, signed, tools));
    }
    const more = scts.length - MAX_SCTS;
    if (more > 0) judged.push(ignored(delivery, `${more} more are not looked at, the limit is ${MAX_SCTS}`));
  }
  return judged;
}

/** Why SCTs that came cannot be looked at. */
type Unread = Required<Pick<SctReport, 'status' | 'why'>>;

interface Delivered {
  readonly delivery: SctDelivery;
  /** Serialized; or why there are none that can be read. */
  readonly scts: readonly Uint8Array[] | Unread;
  readonly entry: () => SignedEntry;
}

/** §3.3: the three ways in which SCTs come. */
function deliveries({ path, scts, staple }: TransparencyQuestion, rules: SctRules): readonly Delivered[] {
  const [leaf, issuer] = path as readonly [Certificate, Certificate | undefined];
  const found: Delivered[] = [];
  const extension = leaf.extensions.get(sctListOid);
  if (extension !== undefined) {
    const above = issuer ?? (leaf.isSelfIssued ? leaf : undefined);
    found.push({
      delivery: 'embedded',
      // Who trusts a certificate by itself may not know who issued it.
      scts: above === undefined ? { status: 'ignored', why: 'its issuer is not known' } : listed(extension.value),
      entry: () => precertEntry(leaf, above as Certificate, rules.sha256),
    });
  }
  const entry = () => x509Entry(leaf);
  if (scts.length > 0) found.push({ delivery: 'tls', scts, entry });
  const stapled = staple && issuer && stapledScts(staple, leaf, issuer, rules);
  if (stapled !== undefined) found.push({ delivery: 'ocsp', scts: stapled, entry });
  return found;
}

/** Whether the response is good is for others to say: a log's signature speaks for itself. */
function stapledScts(
  staple: Uint8Array,
  leaf: Certificate,
  issuer: Certificate,
  { hashes }: SctRules,
): readonly Uint8Array[] | Unread | undefined {
  try {
    const response = parseOcspResponse(staple);
    if (response.status !== 'successful') return undefined;
    const single = response.basic.responses.find(({ certId }) => identifies(certId, leaf, issuer, hashes));
    const extension = single?.extensions.get(ocspSctListOid);
    return extension && listed(extension.value);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return { status: 'invalid', why: 'the OCSP response does not parse' };
  }
}

function listed(extension: Uint8Array): readonly Uint8Array[] | Unread {
  try {
    return sctsInExtension(extension);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { status: 'invalid', why: `the list does not parse: ${error.message}` };
  }
}

/** An SCT that is worth a signature. */
interface ReadSct {
  readonly sct: SctVersion1;
  readonly log: KnownLog;
  readonly report: SctReport;
}

function readSct(
  serialized: Uint8Array,
  delivery: SctDelivery,
  certificate: Certificate,
  { logs }: SctRules,
  { policy }: PathTools,
): ReadSct | JudgedSct {
  let sct: SctVersion1;
  try {
    const decoded = decode(signedCertificateTimestamp, serialized);
    // §3.3: those of versions to come are for those who know them.
    if (!isVersion1(decoded)) return ignored(delivery, `its version, ${decoded.sct_version}, is not known`);
    sct = decoded.body;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { report: { delivery, status: 'invalid', why: `it does not parse: ${error.message}` } };
  }
  const logId = toHex(sct.id);
  const timestamp = Number(sct.timestamp);
  const time = timestamp <= LAST_DATE ? { timestamp } : {};
  const log = logs.get(logId);
  if (log === undefined) return ignored(delivery, 'its log is not known', { logId, ...time });
  const { description, state, since, interval, codes } = log;
  const report = { delivery, logId, log: { description, operator: log.operatorAt(timestamp) }, ...time };
  // MUST: §5.2.
  if (sct.timestamp > BigInt(Math.floor(policy.time))) return invalid(report, 'it is of the future');
  if (state === 'pending' || state === 'rejected') return ignored(delivery, `its log is ${state}`, report);
  if (state === 'retired') {
    // Who sends SCTs beside the certificate could send others by now.
    if (delivery !== 'embedded') return ignored(delivery, 'its log is retired', report);
    if (since === undefined || timestamp >= since) return ignored(delivery, 'its log was retired by then', report);
  }
  if (interval !== undefined && !(certificate.notAfter >= interval.start && certificate.notAfter < interval.end)) {
    return ignored(delivery, 'its log is not for certificates that end when this one does', report);
  }
  if (sct.signature.hash !== codes.hash || sct.signature.signature !== codes.signature) {
    return invalid(report, 'it is not signed by the algorithm of the log (RFC 6962 §2.1.4)');
  }
  return { sct, log, report: { ...report, status: 'valid' } };
}

function* verified({ sct, log, report }: ReadSct, entry: SignedEntry, tools: PathTools): Step<JudgedSct> {
  const signed = encode(certificateTimestamp, {
    sct_version: V1,
    signature_type: CERTIFICATE_TIMESTAMP,
    timestamp: sct.timestamp,
    entry,
    extensions: sct.extensions,
  });
  const good = yield* tools.verify(log.key, log.algorithm, signed, sct.signature.value);
  if (!good) return invalid(report, 'the log did not sign it for this certificate');
  return { report, log, operator: log.operatorAt(Number(sct.timestamp)) };
}

function ignored(delivery: SctDelivery, why: string, report: Partial<SctReport> = {}): JudgedSct {
  return { report: { ...report, delivery, status: 'ignored', why } };
}

function invalid(report: Omit<SctReport, 'status' | 'why'>, why: string): JudgedSct {
  return { report: { ...report, status: 'invalid', why } };
}
