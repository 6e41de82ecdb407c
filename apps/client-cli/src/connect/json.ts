/** What `tlskit connect --json` tells programs: one object, which `schema/connect.schema.json` describes. */
import { createHash } from 'node:crypto';
import { describeCertificate, parseCertificate } from 'tlskit';
import { formatProxy } from '../dial/proxy/proxy.ts';
import { exitCode } from '../exit-codes.ts';
import type { Exported, KeyUpdates } from './asked.ts';
import type { Failure, Findings, HandshakeSummary } from './findings.ts';

/** The report, and its version: fields are added under the same number, and never change their meaning. */
export function reportObject(findings: Findings): Record<string, unknown> {
  const { address, route, remote, servername, verifyName, seen, failure, problem, answers } = findings;
  return {
    schemaVersion: 1,
    host: address.host,
    port: address.port,
    remoteAddress: remote?.address ?? null,
    remotePort: remote?.port ?? null,
    startTls: route.startTls?.protocol ?? null,
    proxy: route.proxy === undefined ? null : formatProxy(route.proxy),
    serverName: servername === false ? null : servername,
    verifyName,
    protocol: seen.protocol ?? null,
    protocolCode: seen.protocolCode ?? null,
    cipherSuite: seen.cipherSuite ?? null,
    group: seen.group ?? null,
    signatureScheme: seen.signatureScheme ?? null,
    alpn: seen.alpn ?? null,
    helloRetry: seen.helloRetry ?? false,
    resumed: seen.resumed ?? false,
    pskIdentity: seen.pskIdentity === undefined ? null : base64(seen.pskIdentity),
    tls12: seen.tls12 ?? null,
    peerCertificate: seen.peerCertificate ?? null,
    chain: (seen.peerCertificates ?? []).map(certificateObject),
    ocspResponse: seen.ocspResponse === undefined ? null : base64(seen.ocspResponse),
    scts: (seen.scts ?? []).map(base64),
    verified: findings.verified,
    problem: problem === undefined ? null : { code: problem.code, message: problem.message },
    connectTime: rounded(findings.connectTime),
    handshakeTime: rounded(findings.handshakeTime),
    handshakes: findings.handshakes.map(handshakeObject),
    sessionNotes: findings.sessionNotes,
    exports: (answers?.exports ?? []).map(exportObject),
    keyUpdate: keyUpdateObject(answers?.keyUpdate),
    findings: findings.policy.map(({ name }) => name),
    error: failure === undefined ? null : errorObject(failure),
    exitCode: exitCode(failure?.outcome ?? 'good'),
  };
}

/** To microseconds: what is beyond is noise. */
export function rounded(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.round(milliseconds * 1000) / 1000;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** As sent; one that does not parse has its bytes alone. */
function certificateObject(der: Uint8Array): Record<string, unknown> {
  try {
    const fingerprint256 = createHash('sha256').update(der).digest('hex').toUpperCase().match(/../g)?.join(':');
    return { ...describeCertificate(parseCertificate(der)), fingerprint256, der: base64(der) };
  } catch {
    return { der: base64(der) };
  }
}

function handshakeObject(handshake: HandshakeSummary): Record<string, unknown> {
  const { resumed, protocol, cipherSuite, group, helloRetry, early, connectTime, handshakeTime } = handshake;
  return {
    resumed,
    protocol,
    cipherSuite,
    group: group ?? null,
    helloRetry,
    earlyData:
      early === undefined
        ? null
        : {
            offered: early.outcome !== undefined,
            accepted: early.outcome?.accepted === true,
            refusal: early.outcome?.refusal ?? null,
            sent: early.sent,
          },
    connectTime: rounded(connectTime),
    handshakeTime: rounded(handshakeTime),
  };
}

function exportObject({ label, context, value }: Exported): Record<string, unknown> {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return { label, context: context === undefined ? null : hex(context), length: value.length, value: hex(value) };
}

function keyUpdateObject(updates: KeyUpdates | undefined): Record<string, unknown> | null {
  return updates === undefined ? null : { requested: updates.requested, ours: updates.ours, peers: updates.peers };
}

/** `error` of every report. */
export function errorObject({ code, outcome, message, alert, sentBy, state, rfc }: Failure): Record<string, unknown> {
  return {
    code: code ?? null,
    outcome,
    message,
    alert: alert?.name ?? null,
    alertCode: alert?.code ?? null,
    sentBy: sentBy ?? null,
    state: state ?? null,
    rfc: rfc ?? null,
  };
}
