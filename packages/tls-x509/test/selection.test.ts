/** How chains of our own go with what a peer asks for (RFC 9846 §4.3.3 to §4.3.5, §4.5.1.2). */
import { TlsError } from '@tlskit/tls-alerts';
import { SignatureScheme } from '@tlskit/tls-messages';
import { createCA, extensionOids } from '@tlskit/tls-testing';
import { der, derOid, Tag } from '@tlskit/tls-wire/der';
import { describe, expect, it } from 'vitest';
import {
  hasWeakSignature,
  isIssuedByAny,
  isSignedBy,
  matchesOidFilters,
  oidFilters,
  parseCertificate,
} from '../src/index.ts';
import { noble } from './support.ts';

const s = SignatureScheme.values;
const root = await createCA({ key: 'rsa-2048' });
const intermediate = await root.intermediate({ key: 'ecdsa-p384', signature: { type: 'rsa-pkcs1', hash: 'sha256' } });
const issued = await intermediate.issue({ names: ['client'], signature: { type: 'ecdsa', hash: 'sha384' } });
const chain = issued.chain.map(parseCertificate);
const whole = [...chain, parseCertificate(root.certificate)];

describe('signatures in a chain', () => {
  it.each([
    ['all of them named', [s.ecdsa_secp384r1_sha384, s.rsa_pkcs1_sha256], true],
    ['one of them not', [s.ecdsa_secp384r1_sha384], false],
    ['the other of them not', [s.rsa_pkcs1_sha256], false],
    ["another curve than the issuer's", [s.ecdsa_secp256r1_sha256, s.rsa_pkcs1_sha256], false],
    ['another hash', [s.ecdsa_secp384r1_sha384, s.rsa_pkcs1_sha384], false],
    ['another padding', [s.ecdsa_secp384r1_sha384, s.rsa_pss_rsae_sha256], false],
    ['nothing', [], false],
    ['what nobody knows', [0xfe01], false],
  ])('%s', (_, schemes, expected) => {
    expect(isSignedBy(chain, schemes, noble)).toBe(expected);
    // The root begins the path: by what it is signed is nobody's business.
    expect(isSignedBy(whole, schemes, noble)).toBe(expected);
  });

  it('with PSS, by the kind of the key', async () => {
    const pss = await (await createCA({ key: 'rsa-pss' })).issue('a');
    const rsae = await root.issue({
      names: ['a'],
      signature: { type: 'rsa-pss', hash: 'sha256', mgfHash: 'sha256', saltLength: 32 },
    });
    const rootOf = parseCertificate(root.certificate);
    const [leaf] = rsae.chain.map(parseCertificate);
    if (leaf === undefined) throw new Error('no leaf');
    expect(isSignedBy([leaf, rootOf], [s.rsa_pss_rsae_sha256], noble)).toBe(true);
    expect(isSignedBy([leaf, rootOf], [s.rsa_pss_pss_sha256], noble)).toBe(false);
    // Where the issuer is not there, nobody can tell.
    expect(isSignedBy([leaf], [s.rsa_pss_pss_sha256], noble)).toBe(true);
    expect(pss.chain.map(parseCertificate).every(each => !hasWeakSignature([each]))).toBe(true);
  });

  it('with SHA-1 are told, but for that of the root', async () => {
    const old = await createCA({ key: 'rsa-2048', signature: { type: 'rsa-pkcs1', hash: 'sha1' } });
    const good = (await old.issue('a')).chain.map(parseCertificate);
    expect(hasWeakSignature([...good, parseCertificate(old.certificate)])).toBe(false);
    const bad = await old.issue({ names: ['a'], signature: { type: 'rsa-pkcs1', hash: 'sha1' } });
    expect(hasWeakSignature(bad.chain.map(parseCertificate))).toBe(true);
    expect(hasWeakSignature(chain)).toBe(false);
  });
});

describe('authorities', () => {
  it('are those of any certificate in the chain', async () => {
    const stranger = await createCA();
    expect(isIssuedByAny(chain, [root.subject])).toBe(true);
    expect(isIssuedByAny(chain, [stranger.subject, intermediate.subject])).toBe(true);
    expect(isIssuedByAny(chain, [stranger.subject])).toBe(false);
    expect(isIssuedByAny(chain.slice(0, 1), [root.subject])).toBe(false);
    expect(isIssuedByAny(chain, [])).toBe(false);
  });

  it('that are no names are passed over', () => {
    expect(isIssuedByAny(chain, [Uint8Array.of(1, 2, 3), root.subject])).toBe(true);
    expect(isIssuedByAny(chain, [Uint8Array.of(0x30, 5)])).toBe(false);
  });
});

describe('OID filters', () => {
  const [leaf] = chain;
  if (leaf === undefined) throw new Error('no leaf');
  const raw = (oid: string, values: Uint8Array) => ({
    certificate_extension_oid: derOid(oid),
    certificate_extension_values: values,
  });

  it.each([
    ['nothing', oidFilters({}), true],
    ['the usage that it has', oidFilters({ keyUsage: ['digitalSignature'] }), true],
    ['a usage that it lacks', oidFilters({ keyUsage: ['digitalSignature', 'decipherOnly'] }), false],
    ['the purpose that it has', oidFilters({ extendedKeyUsage: ['clientAuth'] }), true],
    ['both', oidFilters({ keyUsage: ['digitalSignature'], extendedKeyUsage: ['clientAuth', 'serverAuth'] }), true],
    ['a purpose that it lacks', oidFilters({ extendedKeyUsage: ['clientAuth', '1.3.6.1.5.5.7.3.4'] }), false],
    ['an extension of any value', [raw(extensionOids.keyUsage, new Uint8Array(0))], true],
    ['what nobody here knows [9846:4.3.5:4]', [raw('1.2.3.4', Uint8Array.of(1))], true],
  ])('ask for %s [9846:4.3.5:2] [9846:4.3.5:3]', (_, filters, expected) => {
    expect(matchesOidFilters(leaf, filters)).toBe(expected);
  });

  it('ask for extensions that are not there [9846:4.3.5:2]', async () => {
    const bare = await root.issue({ names: ['a'], keyUsage: null, extendedKeyUsage: null });
    const certificate = parseCertificate(bare.certificate);
    for (const oid of [extensionOids.keyUsage, extensionOids.extendedKeyUsage]) {
      expect(matchesOidFilters(certificate, [raw(oid, new Uint8Array(0))])).toBe(false);
    }
    expect(matchesOidFilters(certificate, oidFilters({ extendedKeyUsage: ['clientAuth'] }))).toBe(false);
  });

  const any = der(Tag.sequence, derOid('2.5.29.37.0'));
  it.each([
    ['any purpose [9846:4.3.5:6]', raw('2.5.29.37', any)],
    ['purposes that do not parse', raw('2.5.29.37', Uint8Array.of(0x30, 1))],
    ['usages that do not parse', raw('2.5.29.15', Uint8Array.of(3, 1, 0))],
    ['something that is no OID', { certificate_extension_oid: Uint8Array.of(4), certificate_extension_values: any }],
  ])("with %s are the server's mistake", (_, filter) => {
    expect(() => matchesOidFilters(leaf, [filter])).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' }),
    );
  });

  it('are made of what there is', () => {
    for (const filter of [
      { keyUsage: ['sign'] },
      { extendedKeyUsage: ['1.2.x'] },
      { extendedKeyUsage: ['2.5.29.37.0'] },
      { extendedKeyUsage: ['codeSigning'] },
    ]) {
      expect(() => oidFilters(filter as never)).toThrow(TlsError);
    }
  });
});
