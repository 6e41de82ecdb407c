/**
 * Compliance of what is left in memory: every secret in a buffer of the provider's own is zeroed after use. A buffer is the provider's own
 * where its module made it and nobody else was given it; libraries below, and the runtime, answer for theirs.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Aead, AeadKey, CryptoProvider, Hash, HashName, KeyExchange } from '@tlskit/tls-crypto';
import { ed448Kind, ed25519Kind, mlDsaKinds, type PrivateKeyParts, parsePkcs8 } from '@tlskit/tls-crypto-noble/keys';
import { type ServerSession, TicketKeys } from '@tlskit/tls-session';
import { concat } from '@tlskit/tls-wire';
import type { ComplianceCheck } from './compliance.ts';
import { type TestKey, testKeys } from './compliance-keys.ts';
import { remains, witness } from './memory-witness.ts';

/** Of the workspace's packages, by source or built; not of what they import from elsewhere. */
const isOurs = (path: string) => /packages\/tls-(crypto|session|wire)/.test(path) && !path.includes('node_modules');

/** Makes a provider; one whose private keys can come from elsewhere draws them from `random`. */
export type Maker = (random?: (length: number) => Uint8Array) => CryptoProvider;

/** @param draws whether private keys are drawn from what `make` is given */
export function wipingChecks(make: Maker, draws: boolean): ComplianceCheck[] {
  const subject = make();
  const groups = Object.values(subject.groups);
  return [
    ...Object.values(subject.aeads).map(aead => aeadCheck(aead, subject)),
    ...groups.map(secretCheck),
    ...(draws ? groups.map(({ name }) => privateKeyCheck(name, make)) : []),
    ...Object.values(subject.hashes).map(({ name }) => hmacCheck(name, make)),
    ...testKeys().flatMap(key => importChecks(key, subject)),
    ...(subject.aeads['aes-256-gcm'] === undefined ? [] : [ticketCheck(subject)]),
  ];
}

/** Bytes of certificates in a session: small ones, and more than encoders have room for at first. */
const certificateLengths = [10, 3000, 3000, 70_000];

function ticketCheck(provider: CryptoProvider): ComplianceCheck {
  return {
    name: 'tickets: the key of a session, however long that is, is in no buffer of ours but what was redeemed',
    async run() {
      const now = () => Date.UTC(2026, 0, 1);
      const psk = provider.random(48);
      const { result, made } = await witness(() => {
        const tickets = new TicketKeys({ provider, now });
        return certificateLengths.map(length => {
          const ticket = tickets.issue({
            ...session,
            issuedAt: now(),
            psk,
            clientCertificates: [new Uint8Array(length)],
          });
          return ticket && tickets.redeem(ticket);
        });
      }, isOurs);
      const redeemed = result.flatMap(found => found?.psk ?? []);
      // The longest does not fit into a ticket.
      assert.equal(redeemed.length, certificateLengths.length - 1);
      assert.deepEqual(remains(made, psk, redeemed), []);
    },
  };
}

const session: Omit<ServerSession, 'issuedAt' | 'psk' | 'clientCertificates'> = {
  version: 0x0304,
  cipherSuite: 0x1301,
  authenticatedAt: 0,
  lifetime: 100,
  ticketAgeAdd: 1,
  maxEarlyData: 0,
  serverName: 'localhost',
  alpn: undefined,
  trust: '',
};

/** How often a key has its secret in buffers, by who does its arithmetic: WebCrypto's is a portable one too, and each has its own. */
const kept: Readonly<Record<string, number>> = { node: 0, noble: 1, web: 2 };

function importChecks({ name, pkcs8 }: TestKey, subject: CryptoProvider): ComplianceCheck[] {
  const parts = parsePkcs8(pkcs8, [ed25519Kind, ed448Kind, ...mlDsaKinds]);
  const kind = kindOf(parts);
  if (subject.keys[kind] === undefined) return [];
  const who = subject.describe?.()[kind === 'rsa' ? 'rsa-pss' : kind] ?? 'noble';
  return [
    {
      name: `${name}: a private key that was imported is in no buffer of ours but the key's own`,
      async run() {
        const { made } = await witness(() => subject.importPrivateKey(pkcs8), isOurs);
        const left = remains(made, secretOf(parts));
        assert.ok(left.length <= (kept[who] as number), `left by ${left.join()}`);
      },
    },
  ];
}

function secretOf(parts: PrivateKeyParts): Uint8Array {
  switch (parts.type) {
    case 'ec':
      return parts.scalar;
    case 'rsa':
      return parts.privateExponent;
    case 'ml-dsa':
      return parts.seed ?? parts.expanded;
    default:
      return parts.seed;
  }
}

/** By the names of `CryptoProvider.keys`. */
function kindOf(parts: PrivateKeyParts): keyof CryptoProvider['keys'] {
  if (parts.type === 'ec') return `ecdsa-${parts.curve}`;
  return parts.type === 'ml-dsa' ? `ml-dsa-${parts.set}` : parts.type;
}

function hmacCheck(name: HashName, make: Maker): ComplianceCheck {
  return {
    name: `${name}: nothing of an HMAC's key is left in a buffer of ours`,
    async run() {
      const key = new Uint8Array(32).map((_, i) => 7 * i + 1);
      // With the provider, which may keep memory to work in.
      const { made } = await witness(() => {
        const hash = make().hashes[name] as Hash;
        for (const length of [60, 700]) hash.hmac(key, new Uint8Array(length), new Uint8Array(length));
      }, isOurs);
      for (const octet of [0, 0x36, 0x5c]) {
        assert.deepEqual(
          remains(
            made,
            key.map(value => value ^ octet),
          ),
          [],
        );
      }
    },
  };
}

function aeadCheck(aead: Aead, { random }: CryptoProvider): ComplianceCheck {
  return {
    name: `${aead.name}: nothing of a key that was wiped is left in a buffer of ours`,
    async run() {
      const secret = random(aead.keyLength);
      const raw = Buffer.from(secret);
      const { made } = await witness(() => {
        const key: AeadKey = aead.create(secret);
        const [nonce, aad] = [random(aead.nonceLength), random(5)];
        const sealed = concat(...key.seal(nonce, aad, random(100)));
        key.open(nonce, aad, sealed);
        key.open(nonce, random(5), sealed);
        key.wipe();
      }, isOurs);
      assert.deepEqual(remains(made, raw), []);
    },
  };
}

function secretCheck(group: KeyExchange): ComplianceCheck {
  return {
    name: `${group.name}: a shared secret is in the buffer that was given, and in no other of ours`,
    async run() {
      const { result, made } = await witness(async () => {
        const offer = await group.offer();
        const answer = await group.respond(offer.share);
        return [await offer.complete(answer.share), answer.sharedSecret] as const;
      }, isOurs);
      const [secret] = result;
      assert.deepEqual(remains(made, secret, result), []);
      // Of hybrids neither half is left.
      if (secret.length < 64 || !group.name.includes('MLKEM')) return;
      for (const half of [secret.subarray(0, 32), secret.subarray(-32)])
        assert.deepEqual(remains(made, half, result), []);
    },
  };
}

function privateKeyCheck(name: KeyExchange['name'], make: Maker): ComplianceCheck {
  return {
    name: `${name}: a private key is zeroed when it was used, was of no use, or was wiped`,
    async run() {
      const drawn: Uint8Array[] = [];
      const group = make(length => {
        const bytes = randomBytes(length);
        drawn.push(bytes);
        return bytes;
      }).groups[name] as KeyExchange;
      const { made } = await witness(async () => {
        const [used, wiped, failed] = [await group.offer(), await group.offer(), await group.offer()];
        const answer = await group.respond(used.share);
        await used.complete(answer.share);
        wiped.wipe();
        await assert.rejects(async () => failed.complete(new Uint8Array(3)));
        await assert.rejects(async () => group.respond(new Uint8Array(3)));
      }, isOurs);
      assert.ok(drawn.length >= 4, 'keys are drawn from the source');
      for (const secret of drawn) assert.deepEqual(remains(made, secret), []);
    },
  };
}
