/** Key logs (RFC 9850, the SSLKEYLOGFILE format): one secret a line, for those who look into their own captures. */
import { fromHex, toHex } from '@tlskit/tls-wire';

/** The labels of RFC 9850 §2; the traffic secrets of key updates count on from 0. `CLIENT_RANDOM` is TLS 1.2's. */
export type KeyLogLabel =
  | 'CLIENT_EARLY_TRAFFIC_SECRET'
  | 'EARLY_EXPORTER_SECRET'
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | `CLIENT_TRAFFIC_SECRET_${number}`
  | `SERVER_TRAFFIC_SECRET_${number}`
  | 'EXPORTER_SECRET'
  | 'CLIENT_RANDOM';

/** The secrets of one connection by label; labels that RFC 9850 does not know are kept as well. */
export type KeyLogSecrets = { readonly [label: string]: Uint8Array };

/**
 * One line, without the line end.
 * @param clientRandom 32 bytes, of the first ClientHello
 */
export function keyLogLine(label: KeyLogLabel, clientRandom: Uint8Array, secret: Uint8Array): string {
  if (clientRandom.length !== 32) throw new RangeError(`client random has 32 bytes, got ${clientRandom.length}`);
  return `${label} ${toHex(clientRandom)} ${toHex(secret)}`;
}

/**
 * The secrets of a key log by client random, in lower-case hexadecimal.
 * Comments and whatever is not a line of the format are passed over: programs append to one file, and lines get torn.
 */
export function parseKeyLog(text: string): Map<string, KeyLogSecrets> {
  const connections = new Map<string, Record<string, Uint8Array>>();
  for (const line of text.split(/\r\n|\n|\r/)) {
    const match = /^([A-Z0-9_]+) ([0-9a-fA-F]{64}) ((?:[0-9a-fA-F]{2})+)$/.exec(line.trimEnd());
    if (match === null) continue;
    const [, label, random, secret] = match as unknown as [string, string, string, string];
    const key = random.toLowerCase();
    let secrets = connections.get(key);
    if (secrets === undefined) {
      secrets = Object.create(null) as Record<string, Uint8Array>;
      connections.set(key, secrets);
    }
    secrets[label] = fromHex(secret);
  }
  return connections;
}
