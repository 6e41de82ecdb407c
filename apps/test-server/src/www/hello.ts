/** `/api/hello`: what a client offered and what came of it, for programs. */
import { decodeStreams, type JsonMessage, toJSON } from '@tlskit/tls-inspect';
import { groupInfo } from '@tlskit/tls-messages';
import type { ConnectionInfo, CryptoProvider } from 'tlskit';
import type { Client } from '../observe/client.ts';
import { kindOf } from '../observe/metrics.ts';
import { type Offer, offerOf } from '../observe/offer.ts';
import { type Verdict, verdictOn } from '../observe/verdict.ts';

/** Changes when a field changes its meaning, or goes. */
const SCHEMA = 1;

/** Bytes of the longest hello that is told field by field: the tree is a hundred times as long. */
const MAX_DECODED = 1 << 14;

export interface HelloReport {
  readonly schemaVersion: typeof SCHEMA;
  /** The ClientHello as it came, header included, in hexadecimal. */
  readonly raw: string;
  /** The second one, where a HelloRetryRequest asked for it. */
  readonly secondRaw: string | null;
  readonly offer: Offer | null;
  readonly verdict: Verdict | null;
  readonly connection: ReturnType<typeof connectionOf>;
  /** Field by field; null for a hello of more than 16 KiB. */
  readonly decoded: JsonMessage | null;
}

export function helloReport(client: Client, early: boolean, provider: CryptoProvider): HelloReport {
  const [first = new Uint8Array(0), second] = client.hellos;
  const offer = offerOf(first);
  return {
    schemaVersion: SCHEMA,
    raw: hex(first),
    secondRaw: second === undefined ? null : hex(second),
    offer: offer ?? null,
    verdict: offer === undefined ? null : verdictOn(offer),
    connection: connectionOf(client.info, early),
    decoded: first.length > MAX_DECODED ? null : decodedOf(first, provider),
  };
}

function connectionOf(info: ConnectionInfo, early: boolean) {
  const { protocol, protocolCode, cipherSuite, group, signatureScheme, alpn, serverName, helloRetry, resumed } = info;
  return {
    protocol: { name: protocol, code: protocolCode },
    cipherSuite,
    group: group ?? null,
    postQuantum: group !== undefined && groupInfo(group.code)?.postQuantum === true,
    signatureScheme: signatureScheme ?? null,
    alpn: alpn ?? null,
    serverName: serverName ?? null,
    kind: kindOf(info),
    helloRetry,
    resumed,
    /** Whether this very request came as early data. */
    early,
    verified: info.verified,
  };
}

/** The message in a record of its own, as the inspector wants it. */
function decodedOf(message: Uint8Array, provider: CryptoProvider): JsonMessage | null {
  const header = Uint8Array.of(22, 3, 1, message.length >> 8, message.length & 0xff);
  const [entry] = decodeStreams({ client: Buffer.concat([header, message]), server: new Uint8Array(0) }, { provider });
  return (entry && toJSON(entry).messages[0]) ?? null;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
