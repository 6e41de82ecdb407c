/** The harness itself, on cases of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createCA, toPem } from '@tlskit/tls-testing';
import { afterAll, describe, expect, it } from 'vitest';
import { readCase, readSuite } from '../src/cases.ts';
import { jsonMembers } from '../src/json-members.ts';
import { report, runSuite } from '../src/suite.ts';

const day = 86_400_000;
const ca = await createCA();
const intermediate = await ca.intermediate();
const server = await intermediate.issue({ names: ['example.com'], extendedKeyUsage: ['serverAuth'] });
const client = await ca.issue({
  names: [{ email: 'one@example.com' }, { email: 'two@example.com' }],
  extendedKeyUsage: ['clientAuth'],
});
const pem = (der: Uint8Array | undefined): string => toPem('CERTIFICATE', der as Uint8Array);

const good = {
  id: 'rfc5280::good',
  description: 'a chain of three',
  validation_kind: 'SERVER',
  trusted_certs: [ca.pem],
  untrusted_intermediates: [pem(server.chain[1])],
  peer_certificate: pem(server.chain[0]),
  signature_algorithms: [],
  key_usage: [],
  extended_key_usage: [],
  expected_result: 'SUCCESS',
  expected_peer_name: { kind: 'DNS', value: 'example.com' },
  expected_peer_names: [],
};

const ofClient = {
  ...good,
  validation_kind: 'CLIENT',
  untrusted_intermediates: [],
  peer_certificate: pem(client.chain[0]),
  expected_peer_name: null,
  expected_peer_names: [
    { kind: 'RFC822', value: 'one@example.com' },
    { kind: 'RFC822', value: 'two@example.com' },
  ],
};

/** What came of one case that we are to accept. */
async function outcomeOf(changes: object): Promise<string> {
  const outcome = await runSuite([{ ...good, ...changes }], [createNobleProvider()]);
  return outcome.differences[0]?.replace('noble: rfc5280::good: ', '') ?? 'accepted';
}

const folder = mkdtempSync(join(tmpdir(), 'tlskit-limbo-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Uint8Array): string {
  const path = join(folder, 'suite.json');
  writeFileSync(path, content);
  return path;
}

async function casesOf(content: string | Uint8Array): Promise<unknown[]> {
  const cases: unknown[] = [];
  for await (const value of readSuite(fileOf(content))) cases.push(value);
  return cases;
}

describe('every field decides', () => {
  it.each([
    ['a good chain', {}, /^accepted$/],
    ['a client with both names', ofClient, /^accepted$/],
    ['expected_result', { expected_result: 'FAILURE' }, /^expected FAILURE: accepted$/],
    ['trusted_certs', { trusted_certs: [client.chain[0]].map(pem) }, /UNABLE_TO_GET_ISSUER_CERT_LOCALLY/],
    ['trusted_certs: none', { trusted_certs: [] }, /trust with no roots/],
    ['untrusted_intermediates', { untrusted_intermediates: [] }, /UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
    ['peer_certificate', { peer_certificate: pem(client.chain[0]) }, /ERR_TLS_CERT_ALTNAME_INVALID|INVALID_PURPOSE/],
    ['peer_certificate that is none', { peer_certificate: pem(Uint8Array.of(0x30, 0)) }, /ERR_TLS_CERT_MALFORMED/],
    ['validation_kind', { validation_kind: 'CLIENT' }, /INVALID_PURPOSE/],
    ['extended_key_usage', { extended_key_usage: ['serverAuth', 'clientAuth'] }, /INVALID_PURPOSE/],
    ['validation_time, early', { validation_time: '2001-01-01T00:00:00Z' }, /CERT_NOT_YET_VALID/],
    ['validation_time, late', { validation_time: new Date(Date.now() + 9999 * day).toISOString() }, /CERT_HAS_EXPIRED/],
    ['validation_time: null is now', { validation_time: null }, /^accepted$/],
    ['expected_peer_name', { expected_peer_name: { kind: 'DNS', value: 'example.org' } }, /ALTNAME_INVALID/],
    ['expected_peer_name: an address', { expected_peer_name: { kind: 'IP', value: '::1' } }, /ALTNAME_INVALID/],
    ['expected_peer_name that is no name', { expected_peer_name: { kind: 'DNS', value: '' } }, /INVALID_OPTION/],
    [
      'expected_peer_names, the second',
      { expected_peer_names: [{ kind: 'DNS', value: 'b.example' }] },
      /ALTNAME_INVALID/,
    ],
    ['max_chain_depth', { max_chain_depth: 0 }, /ERR_TLS_CERT_WORK_LIMIT/],
    ['max_chain_depth that suffices', { max_chain_depth: 1 }, /^accepted$/],
    ['key_usage', { key_usage: ['cRLSign'] }, /KEYUSAGE/],
    ['key_usage that it has', { key_usage: ['digitalSignature'] }, /^accepted$/],
    ['signature_algorithms', { signature_algorithms: ['ED25519'] }, /is signed with ECDSA_WITH_SHA256/],
    ['signature_algorithms that it has', { signature_algorithms: ['ED25519', 'ECDSA_WITH_SHA256'] }, /^accepted$/],
  ])('%s', async (_, changes, expected) => {
    expect(await outcomeOf(changes)).toMatch(expected);
  });

  it('the namespace chooses the profile', async () => {
    // BR §7.1.2.7.10, which is none of RFC 5280's.
    const { chain } = await ca.issue({ names: ['example.com'], extendedKeyUsage: null });
    const changes = { peer_certificate: pem(chain[0]), untrusted_intermediates: [] };
    expect(await outcomeOf(changes)).toBe('accepted');
    expect(await outcomeOf({ ...changes, id: 'webpki::good' })).toContain('ERR_TLS_CERT_REFUSED');
  });
});

describe('what is unknown is told by name', () => {
  it.each([
    ['a field', { nonce: 1 }, /unknown field "nonce"/],
    ['a feature', { features: ['has-moon'] }, /field features .*has-moon/],
    ['a purpose', { extended_key_usage: ['tea'] }, /field extended_key_usage .*tea/],
    ['a purpose that is not of TLS', { extended_key_usage: ['codeSigning'] }, /codeSigning is no purpose of TLS/],
    ['a key usage', { key_usage: ['tea'] }, /field key_usage .*tea/],
    ['a signature algorithm', { signature_algorithms: ['tea'] }, /field signature_algorithms .*tea/],
    ['a kind', { validation_kind: 'PEER' }, /field validation_kind .*PEER/],
    ['a kind of name', { expected_peer_name: { kind: 'URI', value: 'a:b' } }, /field expected_peer_name .*URI/],
    ['a time', { validation_time: 'noon' }, /field validation_time .*noon/],
    ['a result', { expected_result: 'MAYBE' }, /field expected_result .*MAYBE/],
    ['a missing field', { trusted_certs: undefined }, /field trusted_certs is missing/],
  ])('%s', async (_, changes, expected) => {
    expect(await outcomeOf(changes)).toMatch(expected);
  });

  it('and what is no case at all', () => {
    expect(() => readCase('case')).toThrow(/no object/);
  });
});

describe('a file', () => {
  const suite = JSON.stringify({ version: 1, testcases: [good, ofClient] });

  it('is read as JSON and as gzipped JSON, whatever the order and the space', async () => {
    expect(await casesOf(suite)).toEqual([good, ofClient]);
    expect(await casesOf(gzipSync(suite))).toEqual([good, ofClient]);
    expect(await casesOf(`\n{ "testcases" : [ ${JSON.stringify(good)} ] , "version":1 }\n`)).toEqual([good]);
  });

  it('is read the same however it is cut', async () => {
    const text = '{"a":[{"b":"\\"]},"},[1,[2]],"ü"],"c":{"d":[1,2]},"e":[],"f":null}';
    const bytes = Buffer.from(text);
    const read = async (length: number) => {
      const members: unknown[] = [];
      const chunks = async function* () {
        for (let at = 0; at < bytes.length; at += length) yield Uint8Array.from(bytes.subarray(at, at + length));
      };
      for await (const { name, value, isElement } of jsonMembers(chunks())) members.push([name, value, isElement]);
      return members;
    };
    const whole = [
      ['a', { b: '"]},' }, true],
      ['a', [1, [2]], true],
      ['a', 'ü', true],
      ['c', { d: [1, 2] }, false],
      ['f', null, false],
    ];
    for (let length = 1; length <= bytes.length; length++) expect(await read(length)).toEqual(whole);
  });

  it.each([
    ['nothing', ''],
    ['an array', '[1]'],
    ['cut short', suite.slice(0, -1)],
    ['two of them', suite + suite],
    ['text after it', `${suite}x`],
    ['another version', suite.replace('"version":1', '"version":2')],
    ['no version', JSON.stringify({ testcases: [good] })],
    ['no cases', JSON.stringify({ version: 1 })],
    ['another member', JSON.stringify({ version: 1, testcases: [good], cases: [good] })],
    ['something that is no JSON', suite.replace('"SERVER"', 'SERVER')],
  ])('is refused: %s', async (_, text) => {
    await expect(casesOf(text)).rejects.toThrow(SyntaxError);
  });
});

it('reports what agrees with each provider, the most of everything, and each difference', async () => {
  const wrong = { ...good, id: 'webpki::wrong', expected_result: 'FAILURE' };
  const outcome = await runSuite([good, wrong], [createNodeProvider(), createNobleProvider()]);
  const lines = report(outcome).join('\n');
  expect(outcome).toMatchObject({ cases: 2, agreeing: 1 });
  expect(lines).toMatch(/^difference: noble: webpki::wrong: expected FAILURE: accepted$/m);
  expect(lines).toMatch(/^node: agree 1 of 2$/m);
  expect(lines).toMatch(/most signature checks 2: rfc5280::good/);
  expect(lines).toMatch(/\nagree 1 of 2$/);
});
