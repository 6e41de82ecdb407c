/** Checks a captured connection of TLS 1.2: records, messages, Finished values, the signatures of the handshake. */
import type { CryptoProvider, Hash } from '@tlskit/tls-crypto';
import type { KeyLogSecrets } from '@tlskit/tls-keyschedule';
import { certificate12, certificateVerify12, decodeMessage, finished12 } from '@tlskit/tls-messages';
import {
  type CipherSuiteInfo12,
  clientKeyExchangeBody,
  serverKeyExchangeBody,
  signatureSchemeInfo12,
  signedParams,
} from '@tlskit/tls-messages/tls12';
import { type Codec, concat, decode, encode, equalBytes, toHex } from '@tlskit/tls-wire';
import type { ReadMessage, ReadStream } from './capture-reader.ts';
import { type Agreed12, CaptureReader12 } from './capture-reader12.ts';
import type { Capture } from './captures-file.ts';
import { checkMessage12, type Party } from './handshake.ts';
import type { Report } from './report.ts';
import { spkiOf } from './signatures.ts';

/** Answers with what was read, for the checks that all versions share. */
export async function checkCapture12(
  report: Report,
  what: string,
  capture: Capture,
  provider: CryptoProvider,
  suite: CipherSuiteInfo12,
  secrets: KeyLogSecrets,
  streams: { readonly [P in Party]: Uint8Array },
): Promise<{ readonly [P in Party]: ReadStream }> {
  const reader = new CaptureReader12(provider, suite, secrets.CLIENT_RANDOM, streams);
  const read = { client: reader.read('client', streams.client), server: reader.read('server', streams.server) };
  const { agreed } = reader;
  report.hex(`${what} client random`, capture.client_random, agreed.client.random);
  report.same(`${what} cipher suite`, Number.parseInt(capture.cipher_suite, 16), agreed.server.cipher_suite);
  report.same(`${what} extended master secret`, capture.extended_master_secret, agreed.extendedMasterSecret);
  report.same(`${what} encrypt-then-MAC`, capture.encrypt_then_mac, agreed.encryptThenMac);
  if (capture.hello_retry !== undefined) report.same(`${what} hello retry`, capture.hello_retry, false);
  for (const from of ['client', 'server'] as const) {
    for (const [i, { raw, name }] of read[from].messages.entries()) {
      const label = `${what} ${from} message ${i} ${name}`;
      checkMessage12(report, label, raw);
      checkKeyExchange(report, label, name, raw, suite);
    }
  }
  await checkTranscript(report, what, read, reader, provider, suite);
  return read;
}

/** The bodies that depend on the suite. */
function checkKeyExchange(
  report: Report,
  what: string,
  name: string | undefined,
  raw: Uint8Array,
  suite: CipherSuiteInfo12,
): void {
  if (name !== 'ServerKeyExchange' && name !== 'ClientKeyExchange') return;
  const form = name === 'ServerKeyExchange' ? serverKeyExchangeBody : clientKeyExchangeBody;
  const codec = form(suite) as Codec<object>;
  const body = raw.subarray(4);
  report.holds(`${what} body`, equalBytes(encode(codec, decode(codec, body)), body), 'other bytes than were read');
}

async function checkTranscript(
  report: Report,
  what: string,
  read: { readonly [P in Party]: ReadStream },
  { master, agreed }: CaptureReader12,
  provider: CryptoProvider,
  suite: CipherSuiteInfo12,
): Promise<void> {
  const hash = provider.hashes[suite.hash] as Hash;
  const transcript: Uint8Array[] = [];
  const keys: { [P in Party]?: Uint8Array } = {};
  for (const { from, name, raw } of transcriptOf(read)) {
    const label = `${what} ${from} ${name}`;
    if (name === 'Certificate') {
      const [own] = decodeMessage(certificate12, raw).certificate_list;
      if (own !== undefined) keys[from] = spkiOf(own);
    }
    if (name === 'ServerKeyExchange' && (suite.authentication === 'RSA' || suite.authentication === 'ECDSA')) {
      const fault = await paramsFault(provider, suite, agreed, keys.server, raw.subarray(4));
      report.holds(`${label} signature`, fault === undefined, String(fault));
    }
    if (name === 'CertificateVerify') {
      const { algorithm, signature } = decodeMessage(certificateVerify12, raw);
      const fault = await signatureFault(provider, keys.client, algorithm, signature, concat(...transcript));
      report.holds(`${label} signature`, fault === undefined, String(fault));
    }
    if (name === 'Finished') {
      const value = master.verifyData(from, hash.digest(...transcript));
      report.hex(label, toHex(decodeMessage(finished12, raw).verify_data), value);
    }
    // RFC 5246 §7.4.1.1: HelloRequest is part of no transcript.
    if (name !== 'HelloRequest') transcript.push(raw);
  }
}

async function paramsFault(
  provider: CryptoProvider,
  suite: CipherSuiteInfo12,
  { client, server }: Agreed12,
  spki: Uint8Array | undefined,
  body: Uint8Array,
): Promise<string | undefined> {
  const { signed_params } = decode(serverKeyExchangeBody(suite), body);
  if (signed_params === undefined) return 'there is no signature';
  const content = concat(client.random, server.random, signedParams(suite, body));
  return signatureFault(provider, spki, signed_params.algorithm, signed_params.signature, content);
}

async function signatureFault(
  provider: CryptoProvider,
  spki: Uint8Array | undefined,
  algorithm: number,
  signature: Uint8Array,
  content: Uint8Array,
): Promise<string | undefined> {
  if (spki === undefined) return 'no certificate before it';
  const scheme = signatureSchemeInfo12(algorithm);
  if (scheme === undefined) return `signature scheme 0x${algorithm.toString(16)} is not covered`;
  const key = provider.importPublicKey(spki);
  if (!scheme.key(key.algorithm)) return `a key of type ${key.algorithm.type} makes no ${scheme.name}`;
  return (await key.verify(scheme.algorithm, content, signature)) ? undefined : 'the signature does not verify';
}

/** The messages of both sides in the order of RFC 5246 §7.3, full or abbreviated, up to the last Finished. */
function transcriptOf(read: { readonly [P in Party]: ReadStream }): (ReadMessage & { readonly from: Party })[] {
  const of = (from: Party) => read[from].messages.map(message => ({ ...message, from }));
  const [client, server] = [of('client'), of('server')];
  const done = server.findIndex(({ name }) => name === 'ServerHelloDone') + 1;
  // Without ServerHelloDone the handshake is abbreviated, and the server's flight ends it but for the client's Finished.
  const flight = done === 0 ? server.length : done;
  return [...client.slice(0, 1), ...server.slice(0, flight), ...client.slice(1), ...server.slice(flight)];
}
