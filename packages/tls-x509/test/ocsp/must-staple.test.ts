/** Certificates that promise staples (RFC 7633). */
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCertificate, type RevocationChecker } from '../../src/index.ts';
import { ocsp } from '../../src/ocsp/index.ts';
import { noble, TlsError, thrown, verdictOn } from '../support.ts';
import { about, ago, ahead, judged, minute, refusedFor, type Scene, said, scene } from './support.ts';

let here: Scene;
const input = { ocspAsked: true } as const;

beforeAll(async () => {
  const made = await scene();
  here = { ...made, leaf: await made.ca.issue({ names: ['localhost'], tlsFeatures: [5] }) };
});

describe('a leaf with the TLS feature status_request', () => {
  it('needs a staple where one was asked for', () => {
    expect(said(here, undefined, { input })).toBe('ERR_TLS_CERT_STATUS');
    expect(said(here, undefined)).toBe('unknown');
    const verdict = judged(here, undefined, { input });
    expect((verdict as TlsError).message).toContain('RFC 7633 §4.3.3');
  });

  it('needs one also where nobody would read it', () => {
    expect(said(here, undefined, { input, revocation: { by: [] } })).toBe('ERR_TLS_CERT_STATUS');
  });

  it('is content with one that nobody reads', () => {
    expect(said(here, Uint8Array.of(1), { input, revocation: { by: [] } })).toBe('unasked');
  });

  it('needs a good one where somebody reads it', async () => {
    expect(said(here, await about(here), { input })).toBe('good');
    const tryLater = await here.ca.ocsp({ responses: [], responseStatus: 3 });
    expect(said(here, tryLater, { input })).toBe('ERR_TLS_CERT_STATUS');
    const old = await about(here, { thisUpdate: ago(99 * minute), nextUpdate: ago(50 * minute) });
    expect(said(here, old, { input, checker: { stale: 'ignore' } })).toBe('ERR_TLS_CERT_STATUS');
  });

  it('is not helped by others who know', async () => {
    const list: RevocationChecker = { name: 'a list', id: 'list', check: () => ({ status: 'good' }) };
    const tryLater = await here.ca.ocsp({ responses: [], responseStatus: 3 });
    const by = [list, ocsp({ provider: noble })];
    expect(refusedFor(here, tryLater, { input, revocation: { by } })).toContain(
      'what came does not say that it is good',
    );
    expect(said(here, await about(here), { input, revocation: { by } })).toBe('good');
    expect(said(here, tryLater, { revocation: { by } })).toBe('good');
  });

  it('is not helped by an answer that was asked for', async () => {
    const leaf = await here.ca.issue({
      names: ['localhost'],
      tlsFeatures: [5],
      authorityInfoAccess: { ocsp: 'http://ocsp.test/' },
    });
    const good = await here.ca.ocsp(leaf.certificate);
    const tryLater = await here.ca.ocsp({ responses: [], responseStatus: 3 });
    const checker = { fetch: () => good };
    expect(said({ ...here, leaf }, tryLater, { checker })).toBe('good');
    expect(said({ ...here, leaf }, tryLater, { checker, input })).toBe('ERR_TLS_CERT_STATUS');
  });

  it('that is trusted itself needs none: who would respond?', () => {
    const trust = { roots: [here.leaf.certificate] };
    expect(said(here, undefined, { input, trust, profile: 'path' })).toBe('unasked');
  });

  it('is one also when the extension is critical', async () => {
    const extension = { oid: '1.3.6.1.5.5.7.1.24', critical: true, value: Uint8Array.of(0x30, 3, 2, 1, 5) };
    const leaf = await here.ca.issue({ names: ['localhost'], extensions: [extension] });
    expect(said({ ...here, leaf }, undefined, { input })).toBe('ERR_TLS_CERT_STATUS');
    expect(said({ ...here, leaf }, await about({ ...here, leaf }), { input })).toBe('good');
  });
});

describe('the TLS feature extension', () => {
  it('of other features asks nothing here', async () => {
    const leaf = await here.ca.issue({ names: ['localhost'], tlsFeatures: [23, 17] });
    expect(parseCertificate(leaf.certificate).tlsFeatures).toEqual([23, 17]);
    expect(said({ ...here, leaf }, undefined, { input })).toBe('unknown');
  });

  it('of an authority is a rule for what it issues (RFC 7633 §4.2.2)', async () => {
    const ca = await here.root.intermediate({ tlsFeatures: [5, 23] });
    const without = await ca.issue('localhost');
    const some = await ca.issue({ names: ['localhost'], tlsFeatures: [5] });
    const all = await ca.issue({ names: ['localhost'], tlsFeatures: [23, 5, 7] });
    expect(verdictOn(here.root, without)).toBe('ERR_TLS_CERT_REFUSED');
    expect(verdictOn(here.root, some)).toBe('ERR_TLS_CERT_REFUSED');
    expect(verdictOn(here.root, all)).toBe('accepted');
    const below = await ca.intermediate();
    expect(verdictOn(here.root, await below.issue({ names: ['localhost'], tlsFeatures: [5, 23] }))).toBe(
      'ERR_TLS_CERT_REFUSED',
    );
  });

  it('that does not parse is malformed', async () => {
    for (const value of [[5], [0x30, 3, 2, 1], [0x30, 3, 2, 1, 0x85], [0x30, 2, 5, 0]]) {
      const extension = { oid: '1.3.6.1.5.5.7.1.24', value: Uint8Array.from(value) };
      const leaf = await here.ca.issue({ names: ['localhost'], extensions: [extension] });
      expect(said({ ...here, leaf }, undefined)).toBe('ERR_TLS_CERT_MALFORMED');
      expect(thrown(() => parseCertificate(leaf.certificate).tlsFeatures).code).toBe('ERR_TLS_CERT_MALFORMED');
    }
  });
});

describe('staples of intermediates (RFC 9846 §4.5.1.1)', () => {
  it('are judged where they stand in the chain', async () => {
    const { root, ca, leaf } = here;
    const good = await root.ocsp(ca.certificate);
    const revoked = await root.ocsp({
      responses: [{ certificate: ca.certificate, status: { revokedAt: ago(minute) } }],
    });
    const own = await ca.ocsp(leaf.certificate);
    const verdict = judged(here, own, { input: { staples: [own, good] } });
    if (verdict instanceof TlsError) throw verdict;
    expect(verdict.revocation.map(({ status }) => status)).toEqual(['good', 'good']);
    expect(said(here, own, { input: { staples: [own, revoked] } })).toBe('CERT_REVOKED');
    expect(said(here, own, { input: { staples: [own, own] } })).toBe('ERR_TLS_CERT_STATUS');
  });

  it('follow their certificates in any order, and say nothing of those that are not in the path', async () => {
    const { root, ca, leaf } = here;
    const decoy = await root.intermediate();
    const bad = Uint8Array.of(1);
    const chain = [leaf.certificate, decoy.certificate, ca.certificate];
    const staples = [undefined, bad, await root.ocsp(ca.certificate)];
    const verdict = judged(here, await ca.ocsp(leaf.certificate), { input: { chain, staples } });
    if (verdict instanceof TlsError) throw verdict;
    expect(verdict.revocation.map(({ status }) => status)).toEqual(['good', 'good']);
  });

  it('end what is known with the first of them', async () => {
    const { root, ca, leaf } = here;
    const nextUpdate = ahead(60 * minute);
    const first = await root.ocsp({ responses: [{ certificate: ca.certificate, nextUpdate }] });
    const verdict = judged(here, await ca.ocsp(leaf.certificate), { input: { staples: [undefined, first] } });
    if (verdict instanceof TlsError) throw verdict;
    expect(verdict.expires).toBe(Math.floor(nextUpdate.getTime() / 1000) * 1000 + 5 * minute);
  });
});
