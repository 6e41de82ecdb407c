/**
 * TLS 1.2 with GnuTLS: every cipher suite that both have with every kind of certificate that goes with it, either end ours. What goes
 * around the handshake is in tls12-gnutls-features.test.ts.
 */
import { type CipherSuiteInfo12, cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import type { KeyKind } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { gnutlsClient, PRIORITY12 } from '../src/gnutls.ts';
import { OurServer } from '../src/ours.ts';
import { findPeer, outputOf } from '../src/programs.ts';
import { gnutlsMeetings } from './gnutls-meetings.ts';
import { forPeer, stopAfterTest } from './support.ts';
import { dsaForSha1, identity12, kindsFor, only } from './tls12-support.ts';

/** GnuTLS's list, which gives code points. */
function listSuites(): readonly { readonly name: string; readonly info: CipherSuiteInfo12 | undefined }[] {
  if (!findPeer('gnutls').here) return [];
  const list = outputOf('gnutls-cli', ['--list']);
  return [...list.matchAll(/^(TLS_\S+)\s+0x(\w\w), 0x(\w\w)\s/gm)].map(([, name = '', high, low]) => {
    return { name, info: cipherSuiteInfo12(Number.parseInt(`${high}${low}`, 16)) };
  });
}

/** In GnuTLS's words: key exchange, cipher and MAC, which are in its priorities and its descriptions. */
function partsOf({ name }: CipherSuiteInfo12): {
  readonly exchange: string;
  readonly cipher: string;
  readonly mac: string;
} {
  const [, exchange, cipher, hash] = /^TLS_(\w+)_WITH_(\w+?)(?:_(SHA\d*))?$/.exec(name) as unknown as string[];
  // RFC 6655 has the words of two names the other way round.
  const exchanges: Record<string, string> = { PSK_DHE: 'DHE-PSK', DH_anon: 'ANON-DH', ECDH_anon: 'ANON-ECDH' };
  const ciphers: Record<string, string> = { '3DES_EDE_CBC': '3DES-CBC' };
  return {
    exchange: exchanges[exchange!] ?? exchange!.replace('_', '-'),
    cipher: ciphers[cipher!] ?? cipher!.replaceAll('_', '-'),
    mac: /CBC|NULL/.test(cipher!) ? hash!.replace(/^SHA$/, 'SHA1') : 'AEAD',
  };
}

const listed = listSuites();
const suites = listed.map(({ info }) => info).filter(info => info !== undefined);
/** Each suite with each kind of key that a server may show with it. */
const cases = suites.flatMap(info => kindsFor(info).map(kind => [info.name, kind, info] as const));
const everyKind = [...new Set(cases.map(([, kind]) => kind))];
const key = Buffer.alloc(32, 7);
const psk = { identity: 'alice', key };

forPeer('gnutls', 'TLS 1.2 with GnuTLS', () => {
  const stopping = stopAfterTest();
  const meet = gnutlsMeetings(stopping);
  const identities = new Map<KeyKind, Identity>();
  beforeAll(async () => {
    for (const kind of everyKind) {
      // GnuTLS has dsa_sha1 and no other scheme of DSA.
      identities.set(kind, await identity12(kind === 'dsa-2048' ? dsaForSha1() : kind));
    }
  });
  const identityOf = (kind: KeyKind) => identities.get(kind) as Identity;

  describe.each(cases)('%s, %s', (name, kind, info) => {
    const { exchange, cipher, mac } = partsOf(info);
    const priority = `:+${exchange}:+${cipher}:+${mac}:+SIGN-ALL:+SIGN-DSA-SHA1:+GROUP-ALL`;
    const length = 1 << 12;
    const hasKey = info.authentication === 'PSK';
    const certified = info.authentication !== 'anon' && (!hasKey || info.keyExchange === 'RSA');
    const expected = {
      cipherSuite: { name },
      tls12: { extendedMasterSecret: true, encryptThenMac: info.protection.type === 'cbc' },
    };
    const says = (description: string) => {
      expect(description).toMatch(
        new RegExp(`^\\(TLS1\\.2(-X\\.509)?\\)-.*-\\(${cipher}\\)${mac === 'AEAD' ? '' : `-\\(${mac}\\)`}$`),
      );
    };

    it('our client', async () => {
      const ours = { ...only(name), ...(hasKey ? { psk: [psk] } : {}) };
      const args = hasKey ? ['--pskpasswd', file(`alice:${key.toString('hex')}\n`)] : [];
      const met = await meet.ourClient(identityOf(kind), {
        ours,
        theirs: { base: PRIORITY12, priority, args },
        length,
        certified,
      });
      expect(met.info).toMatchObject(expected);
      says(met.description);
    });

    // gnutls-cli 3.7 crashes behind every handshake with these, with gnutls-serv too.
    if (hasKey && info.keyExchange.endsWith('DHE')) {
      it('our server: the handshake', async () => {
        const server = stopping(new OurServer(identityOf(kind), { ...only(name), pskLookup: () => ({ key }) }));
        const port = await server.listen();
        const coming = server.accept();
        const args = ['--pskusername', 'alice', '--pskkey', key.toString('hex')];
        stopping(gnutlsClient(port, identityOf(kind).files.root, { base: PRIORITY12, priority, args }));
        expect((await coming).socket.info).toMatchObject({
          ...expected,
          pskIdentity: Uint8Array.from(Buffer.from('alice')),
        });
      });
      return;
    }

    it('our server', async () => {
      const ours = { ...only(name), ...(hasKey ? { pskLookup: () => ({ key }) } : {}) };
      const args = hasKey ? ['--pskusername', 'alice', '--pskkey', key.toString('hex')] : [];
      const met = await meet.ourServer(identityOf(kind), {
        ours,
        theirs: { base: PRIORITY12, priority, args },
        length,
        certified,
      });
      expect(met.info).toMatchObject(expected);
      says(met.description);
    });
  });

  it('what else GnuTLS has is of TLS 1.3, or has ciphers or MACs that are none of ours, or SRP', () => {
    const others = listed.filter(({ info }) => info === undefined).map(({ name }) => name);
    const known = /^TLS_(AES|CHACHA20)_|ARCFOUR|CAMELLIA|GOST|_MD5$|^TLS_SRP_/;
    expect(others.filter(name => !known.test(name))).toEqual([]);
  });
});
