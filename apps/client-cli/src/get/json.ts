/** What `tlskit get --json` tells programs: one object, which `schema/get.schema.json` describes. */

import type { Failure } from '../connect/findings.ts';
import { errorObject, rounded } from '../connect/json.ts';
import type { Secured } from '../dial/shake-hands.ts';
import { exitCode } from '../exit-codes.ts';
import type { Answer } from './exchange.ts';

/** What came of it. */
export interface Findings {
  readonly url: URL;
  /** Every request that was answered, redirects first. */
  readonly hops: Hop[];
  /** The last of the answers. */
  answer: Answer | undefined;
  failure: Failure | undefined;
}

export interface Hop {
  readonly url: URL;
  readonly secured: Secured;
  readonly answer: Answer;
}

/** The report, and its version: fields are added under the same number, and never change their meaning. */
export function reportObject({ url, hops, answer, failure }: Findings): Record<string, unknown> {
  return {
    schemaVersion: 1,
    url: url.href,
    finalUrl: hops.at(-1)?.url.href ?? null,
    status: answer?.status ?? null,
    reason: answer?.message.statusMessage ?? null,
    httpVersion: answer?.message.httpVersion ?? null,
    headers: answer?.headers.map(([name, value]) => ({ name, value })) ?? null,
    framing: answer?.framing ?? null,
    bodyLength: answer?.received ?? null,
    connections: hops.map(hopObject),
    error: failure === undefined ? null : errorObject(failure),
    exitCode: exitCode(failure?.outcome ?? 'good'),
  };
}

function hopObject({ url, answer, secured: { info, dialed, handshakeTime } }: Hop): Record<string, unknown> {
  return {
    url: url.href,
    status: answer.status,
    remoteAddress: dialed.remote.address,
    remotePort: dialed.remote.port,
    protocol: info.protocol,
    protocolCode: info.protocolCode,
    cipherSuite: info.cipherSuite,
    group: info.group ?? null,
    alpn: info.alpn ?? null,
    verified: info.verified,
    connectTime: rounded(dialed.times.total),
    handshakeTime: rounded(handshakeTime),
  };
}
