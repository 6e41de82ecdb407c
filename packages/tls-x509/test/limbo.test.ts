/** The path-validation cases of x509-limbo and BetterTLS, where they were put beside the project. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crls } from '../src/crl/index.ts';
import { createCertificateVerifier, type KeyUsage, loadCertificates, type PeerName } from '../src/index.ts';
import { noble, TlsError } from './support.ts';

const file = fileURLToPath(new URL('../../../../shared/x509/limbo-dev.json.gz', import.meta.url));

interface Case {
  readonly id: string;
  readonly features: readonly string[];
  readonly validation_kind: 'SERVER' | 'CLIENT';
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time: string | null;
  readonly key_usage: readonly KeyUsage[];
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly expected_peer_name: { readonly kind: 'DNS' | 'IP' | 'RFC822'; readonly value: string } | null;
  readonly max_chain_depth: number | null;
  readonly crls: readonly string[];
}

/** Ours, by the rules of the suite: a certificate that does not parse is a failure. */
function verdict(testcase: Case): 'SUCCESS' | 'FAILURE' {
  const time = testcase.validation_time === null ? Date.now() : Date.parse(testcase.validation_time);
  const name = peerName(testcase);
  try {
    const verifier = createCertificateVerifier({
      provider: noble,
      trust: { roots: testcase.trusted_certs },
      profile: testcase.id.startsWith('rfc5280::') ? 'rfc5280' : 'webpki',
      time: () => time,
      limits: testcase.max_chain_depth === null ? {} : { depth: testcase.max_chain_depth },
      ...(testcase.crls.length === 0 ? {} : { revocation: { by: [crls({ crls: testcase.crls })], unknown: 'refuse' } }),
    });
    const peer = verifier.verify({
      role: testcase.validation_kind === 'SERVER' ? 'server' : 'client',
      chain: [testcase.peer_certificate, ...testcase.untrusted_intermediates].flatMap(loadCertificates),
      name,
      keyUsage: testcase.key_usage,
    });
    if (peer instanceof Promise) throw new Error('a promise was made');
    return 'SUCCESS';
  } catch (error) {
    if (!(error instanceof TlsError) || error.code === 'ERR_TLS_INTERNAL') throw error;
    return 'FAILURE';
  }
}

function peerName({ expected_peer_name: name }: Case): PeerName | null {
  if (name === null) return null;
  return name.kind === 'DNS' ? { dns: name.value } : name.kind === 'IP' ? { ip: name.value } : { email: name.value };
}

const absent = !existsSync(file);
const cases: readonly Case[] = absent ? [] : JSON.parse(gunzipSync(readFileSync(file)).toString()).testcases;

// Skipped only where the cases are absent: they are no part of this repository.
describe.skipIf(absent)(`x509-limbo${absent ? ` (absent: ${file})` : ''}`, () => {
  it('agrees on every case', () => {
    const differing = cases.filter(testcase => verdict(testcase) !== testcase.expected_result);
    expect(differing.map(({ id }) => id)).toEqual([]);
    expect(cases.length).toBeGreaterThan(0);
  });
});
