/** Traces of handshakes that nobody published: other suites and groups, external PSKs, tickets, key updates, padding. */
import type { Aead, Hash } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { EarlySecret, type TrafficSecret } from '@tlskit/tls-keyschedule';
import {
  CipherSuite,
  cipherSuiteInfo,
  clientHello,
  encodeMessage,
  encryptedExtensions,
  finished,
  HELLO_RETRY_RANDOM,
  keyShareRow,
  keyUpdate,
  makeExtension,
  messageHash,
  NamedGroup,
  newSessionTicket,
  preSharedKeyRow,
  pskKeyExchangeModesRow,
  serverHello,
  supportedGroupsRow,
  supportedVersionsRow,
  truncatedClientHello,
} from '@tlskit/tls-messages';
import { ContentType, createSealer13, plaintextSealer, type RecordSealer } from '@tlskit/tls-record';
import { concat, toHex } from '@tlskit/tls-wire';
import type { Party } from '../src/handshake.ts';
import { offerOf } from '../src/shared-secret.ts';
import type { Trace, TraceRecord } from '../src/traces-file.ts';

export interface SyntheticOptions {
  readonly suite: keyof typeof CipherSuite.values;
  readonly group: 'x25519' | 'secp256r1' | 'secp384r1';
  readonly pskKind?: 'ext' | 'res';
  readonly retry?: boolean;
}

const { handshake, application_data } = ContentType.values;

/** A PSK handshake with key exchange, two tickets, a key update of each side, padded data. */
export function syntheticTrace({ suite, group, pskKind = 'ext', retry = false }: SyntheticOptions): Trace {
  const info = cipherSuiteInfo(CipherSuite.values[suite]);
  const provider = createNobleProvider();
  const hash = provider.hashes[info?.hash as 'sha256'] as Hash;
  const aead = provider.aeads[info?.aead as 'aes-128-gcm'] as Aead;
  const privateLength = group === 'secp384r1' ? 48 : 32;
  const keys = { client: new Uint8Array(privateLength).fill(0x11), server: new Uint8Array(privateLength).fill(0x22) };
  const shares = { client: offerOf(group, keys.client)?.share, server: offerOf(group, keys.server)?.share };
  const psk = new Uint8Array(hash.outputLength).fill(0x33);
  const records: TraceRecord[] = [];
  const send = (from: Party, sealer: RecordSealer, type: number, content: Uint8Array, padding = 0) =>
    records.push({ from, hex: toHex(concat(...sealer.seal(type, content, padding))) });
  const plain = plaintextSealer();
  const code = NamedGroup.values[group];
  const early = EarlySecret.from(hash, psk);
  const binderKey = early.binderKey(pskKind);

  const hello = (before: readonly Uint8Array[], withShare: boolean): Uint8Array => {
    const write = (binder: Uint8Array) =>
      encodeMessage(clientHello, {
        legacy_version: 0x0303,
        random: new Uint8Array(32).fill(0x44),
        legacy_session_id: new Uint8Array(0),
        cipher_suites: [CipherSuite.values[suite]],
        legacy_compression_methods: new Uint8Array(1),
        extensions: [
          makeExtension(supportedVersionsRow, 'CH', { versions: [0x0304] }),
          makeExtension(supportedGroupsRow, 'CH', { named_group_list: [code] }),
          makeExtension(keyShareRow, 'CH', {
            client_shares: withShare ? [{ group: code, key_exchange: shares.client as Uint8Array }] : [],
          }),
          makeExtension(pskKeyExchangeModesRow, 'CH', { ke_modes: [1] }),
          makeExtension(preSharedKeyRow, 'CH', {
            identities: [{ identity: Uint8Array.of(1, 2, 3), obfuscated_ticket_age: 0 }],
            binders: [binder],
          }),
        ],
      });
    const draft = write(new Uint8Array(hash.outputLength));
    return write(binderKey.verifyData(hash.digest(...before, truncatedClientHello(draft))));
  };
  const answer = (random: Uint8Array, extension: ReturnType<typeof makeExtension>) =>
    encodeMessage(serverHello, {
      legacy_version: 0x0303,
      random,
      legacy_session_id_echo: new Uint8Array(0),
      cipher_suite: CipherSuite.values[suite],
      legacy_compression_method: 0,
      extensions: [
        makeExtension(supportedVersionsRow, 'SH', { selected_version: 0x0304 }),
        extension,
        ...(random === HELLO_RETRY_RANDOM ? [] : [makeExtension(preSharedKeyRow, 'SH', { selected_identity: 0 })]),
      ],
    });

  let transcript: Uint8Array[] = [];
  if (retry) {
    const first = hello([], false);
    const request = answer(HELLO_RETRY_RANDOM, makeExtension(keyShareRow, 'HRR', { selected_group: code }));
    send('client', plain, handshake, first);
    send('server', plain, handshake, request);
    transcript = [encodeMessage(messageHash, hash.digest(first)), request];
  }
  const clientMessage = hello(transcript, true);
  const serverShare = { group: code, key_exchange: shares.server as Uint8Array };
  const serverMessage = answer(
    new Uint8Array(32).fill(0x55),
    makeExtension(keyShareRow, 'SH', { server_share: serverShare }),
  );
  send('client', plain, handshake, clientMessage);
  send('server', plain, handshake, serverMessage);
  transcript.push(clientMessage, serverMessage);
  const digest = () => hash.digest(...transcript);
  const sealerOf = (secret: TrafficSecret) => createSealer13(aead, secret.key(aead.keyLength), secret.iv());

  const secret = offerOf(group, keys.client)?.complete(shares.server as Uint8Array) as Uint8Array;
  const stage = early.toHandshake(secret);
  const base = { client: stage.client(digest()), server: stage.server(digest()) };
  const serverSealer = sealerOf(base.server);
  const extensions = encodeMessage(encryptedExtensions, { extensions: [] });
  transcript.push(extensions);
  const serverFinished = encodeMessage(finished, { verify_data: base.server.verifyData(digest()) });
  transcript.push(serverFinished);
  // A message that ends in another record than it begins in, and one that shares its record.
  send('server', serverSealer, handshake, concat(extensions, serverFinished.subarray(0, 10)), 3);
  send('server', serverSealer, handshake, serverFinished.subarray(10));
  const main = stage.toMain();
  const traffic = { client: main.client(digest()), server: main.server(digest()) };
  const clientFinished = encodeMessage(finished, { verify_data: base.client.verifyData(digest()) });
  send('client', sealerOf(base.client), handshake, clientFinished);

  const writers = { client: sealerOf(traffic.client), server: sealerOf(traffic.server) };
  for (const nonce of [0, 1]) {
    const ticket = { ticket_lifetime: 10, ticket_age_add: 1, ticket_nonce: Uint8Array.of(nonce), extensions: [] };
    const message = encodeMessage(newSessionTicket, { ...ticket, ticket: Uint8Array.of(9, nonce) });
    send('server', writers.server, handshake, message);
  }
  for (const from of ['client', 'server'] as const) {
    send(from, writers[from], application_data, new TextEncoder().encode(`from ${from}`), 20);
    send(from, writers[from], handshake, encodeMessage(keyUpdate, { request_update: 0 }));
    send(from, sealerOf(traffic[from].next()), application_data, new TextEncoder().encode('updated'));
  }
  return {
    cipher_suite: CipherSuite.values[suite].toString(16),
    group,
    psk: toHex(psk),
    key_pairs: (['client', 'server'] as const).map(who => ({
      who,
      group,
      private: toHex(keys[who]),
      public: toHex(shares[who] as Uint8Array),
    })),
    records,
  };
}
