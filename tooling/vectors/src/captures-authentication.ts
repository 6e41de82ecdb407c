/** What only the whole transcript tells: Finished values and the signatures of CertificateVerify (RFC 9846 §4.5). */
import type { CryptoProvider, Hash } from '@tlskit/tls-crypto';
import { type KeyLogSecrets, TrafficSecret } from '@tlskit/tls-keyschedule';
import { cipherSuiteInfo, decodeMessage, encodeMessage, finished, messageHash } from '@tlskit/tls-messages';
import { toHex } from '@tlskit/tls-wire';
import type { ReadStream } from './capture-reader.ts';
import type { Party } from './handshake.ts';
import type { Report } from './report.ts';
import { publicKeyOf, signatureFault, signedContent } from './signatures.ts';

export async function checkAuthentication(
  report: Report,
  what: string,
  read: { readonly [P in Party]: ReadStream },
  secrets: KeyLogSecrets,
  provider: CryptoProvider,
  suite: number,
): Promise<void> {
  const hash = provider.hashes[cipherSuiteInfo(suite)?.hash as keyof typeof provider.hashes] as Hash;
  const transcript: Uint8Array[] = [];
  const certificates: { [P in Party]?: Uint8Array } = {};
  let encryptedExtensions: Uint8Array | undefined;
  for (const { from, name, raw } of transcriptOf(read)) {
    const before = hash.digest(...transcript);
    const label = `${what} ${from} ${name}`;
    if (name === 'HelloRetryRequest') transcript.splice(0, 1, encodeMessage(messageHash, before));
    if (name === 'EncryptedExtensions') encryptedExtensions = raw;
    if (name === 'Certificate') certificates[from] = raw;
    const certificate = certificates[from];
    if (name === 'CertificateVerify') {
      const spki = certificate && publicKeyOf(from, certificate, encryptedExtensions);
      const content = signedContent(from, before);
      const fault = spki ? await signatureFault(provider, spki, raw, content) : 'no certificate before it';
      report.holds(label, fault === undefined, String(fault));
    }
    if (name === 'Finished') {
      const secret = secrets[`${from.toUpperCase()}_HANDSHAKE_TRAFFIC_SECRET`];
      const value = secret && new TrafficSecret(hash, secret.slice()).verifyData(before);
      report.hex(label, toHex(decodeMessage(finished, raw).verify_data), value);
    }
    transcript.push(raw);
  }
}

/** The messages of both sides in the order of RFC 9846 §4.1, up to the client's Finished. */
function transcriptOf(read: { readonly [P in Party]: ReadStream }) {
  const of = (from: Party) => {
    const { messages } = read[from];
    const end = messages.findIndex(({ name }) => name === 'Finished');
    return messages.slice(0, end < 0 ? undefined : end + 1).map(message => ({ ...message, from }));
  };
  const [client, server] = [of('client'), of('server')];
  const hellos = client.filter(({ name }) => name === 'ClientHello');
  const retry = server.filter(({ name }) => name === 'HelloRetryRequest');
  return [
    ...hellos.slice(0, 1),
    ...retry,
    ...hellos.slice(1),
    ...server.slice(retry.length),
    ...client.filter(({ name }) => name !== 'ClientHello'),
  ];
}
