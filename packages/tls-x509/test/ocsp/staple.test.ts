import { concat, toHex } from '@tlskit/tls-wire';
import { contextTag, DerReader, der, derOid, Tag } from '@tlskit/tls-wire/der';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCertificateVerifier } from '../../src/index.ts';
import { parseOcspResponse } from '../../src/ocsp/index.ts';
import { asynchronous, createCA, noble, TlsError, thrown } from '../support.ts';
import { about, ago, ahead, byOcsp, judged, minute, refusedFor, type Scene, said, scene } from './support.ts';

const day = 1440 * minute;
let here: Scene;

beforeAll(async () => {
  here = await scene();
});

describe('a stapled response', () => {
  it.each(['sha1', 'sha256', 'sha384'] as const)(
    'that is good is taken, with a CertID by %s [6960:2.2:1] [6960:4.2.1:2] [6960:4.4.3:2]',
    async hash => {
      const verdict = judged(here, await about(here, { hash }));
      if (verdict instanceof TlsError) throw verdict;
      expect(verdict.revocation).toMatchObject([{ status: 'good', by: 'OCSP' }, { status: 'unknown' }]);
      expect(verdict.revocation[0]?.until).toBeGreaterThan(Date.now());
    },
  );

  it('is judged with an asynchronous provider too', async () => {
    const { provider: _, ...options } = byOcsp(here);
    const verifier = createCertificateVerifier({ ...options, provider: asynchronous(noble) });
    const input = { role: 'server', name: 'localhost', chain: here.leaf.chain } as const;
    const good = await verifier.verify({ ...input, ocsp: await about(here) });
    expect(good.revocation[0]?.status).toBe('good');
    await expect(verifier.verify({ ...input, ocsp: await about(here, { status: 'unknown' }) })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_STATUS',
    });
  });

  it('is the one that came, whatever its buffers hold by the time that it is judged', async () => {
    const { provider: _, ...options } = byOcsp(here);
    const verifier = createCertificateVerifier({ ...options, provider: asynchronous(noble) });
    const buffers = [...here.leaf.chain, await about(here)].map(bytes => Buffer.from(bytes));
    const chain = buffers.slice(0, -1);
    const verdict = verifier.verify({ role: 'server', name: 'localhost', chain, ocsp: buffers.at(-1) });
    for (const buffer of buffers) buffer.fill(0);
    expect((await verdict).revocation[0]?.status).toBe('good');
  });

  it('may say that the certificate was revoked, when and why [6960:2.2:1]', async () => {
    const revokedAt = new Date('2026-01-02T03:04:05Z');
    const verdict = judged(here, await about(here, { status: { revokedAt, reason: 1 } }));
    expect(verdict).toMatchObject({ code: 'CERT_REVOKED' });
    expect((verdict as TlsError).message).toContain('2026-01-02T03:04:05Z (keyCompromise), says OCSP');
    expect(said(here, await about(here, { status: { revokedAt } }))).toBe('CERT_REVOKED');
  });

  it('that calls a certificate revoked which was never issued is a revocation like others', async () => {
    const extension = { oid: '1.3.6.1.5.5.7.48.1.9', value: Uint8Array.of(5, 0) };
    const status = { revokedAt: new Date(0), reason: 6 };
    expect(said(here, await about(here, { status }, { extensions: [extension] }))).toBe('CERT_REVOKED');
  });

  it('that does not know the certificate is refused', async () => {
    expect(refusedFor(here, await about(here, { status: 'unknown' }))).toContain('unknown');
  });

  it('that is not there is no news: accepted, unless by policy', async () => {
    expect(said(here, undefined)).toBe('unknown');
    expect(said(here, undefined, { policy: { unknown: 'refuse' } })).toBe('ERR_TLS_CERT_STATUS_UNKNOWN');
  });

  it.each([
    ['malformedRequest', 1],
    ['internalError', 2],
    ['tryLater', 3],
    ['sigRequired', 5],
    ['unauthorized', 6],
  ])('of the status %s, which nobody signs, counts as none', async (name, responseStatus) => {
    const staple = await here.ca.ocsp({ responses: [], responseStatus });
    const verdict = judged(here, staple);
    if (verdict instanceof TlsError) throw verdict;
    expect(verdict.revocation[0]).toMatchObject({ status: 'unknown' });
    expect(verdict.revocation[0]?.why?.[0]?.message).toContain(name);
    expect(said(here, staple, { policy: { unknown: 'refuse', scope: 'leaf' } })).toBe('ERR_TLS_CERT_STATUS_UNKNOWN');
  });

  it('is found among a thousand others, or is not', async () => {
    const serial = (i: number) => Uint8Array.of(1, i >> 8, i & 255);
    const others = Array.from({ length: 500 }, (_, i) => ({ serial: serial(i) }));
    const mine = { certificate: here.leaf.certificate };
    expect(said(here, await here.ca.ocsp({ responses: [...others, mine] }))).toBe('good');
    expect(refusedFor(here, await here.ca.ocsp({ responses: others }))).toContain('about other certificates');
    const thousand = await here.ca.ocsp({ responses: [...others, ...others, mine] });
    expect(refusedFor(here, thousand)).toContain('the limit is 65536');
    expect(said(here, thousand, { checker: { maximumSize: 200_000 } })).toBe('good');
  });

  it('that says more than one thing of the certificate means the worst', async () => {
    const { certificate } = here.leaf;
    const good = { certificate };
    const revoked = { certificate, hash: 'sha256', status: { revokedAt: ago(day) } } as const;
    for (const responses of [
      [good, revoked],
      [revoked, good],
    ]) {
      expect(said(here, await here.ca.ocsp({ responses }))).toBe('CERT_REVOKED');
    }
    const unknown = { certificate, status: 'unknown' } as const;
    expect(said(here, await here.ca.ocsp({ responses: [good, unknown] }))).toBe('ERR_TLS_CERT_STATUS');
    const old = { certificate, thisUpdate: ago(3 * day), nextUpdate: ago(2 * day) };
    expect(said(here, await here.ca.ocsp({ responses: [old, good] }))).toBe('good');
  });
});

describe('a response about another certificate is refused [6960:3.2:1]:', () => {
  it('of another serial number', async () => {
    const other = await here.ca.issue('other.test');
    expect(refusedFor(here, await here.ca.ocsp(other.certificate))).toContain('RFC 6960 §3.2, 1');
  });

  it('of the same serial number, by another issuer', async () => {
    const { subject, spki } = here.root;
    expect(refusedFor(here, await about(here, { issuer: { subject, spki } }))).toContain('RFC 6960 §3.2, 1');
    // By one of the two alone.
    expect(refusedFor(here, await about(here, { issuer: { subject, spki: here.ca.spki } }))).toContain('§3.2, 1');
    expect(refusedFor(here, await about(here, { issuer: { subject: here.ca.subject, spki } }))).toContain('§3.2, 1');
  });

  it('by a hash that nobody knows', async () => {
    const known = await about(here, { hash: 'sha256' });
    const sha256 = Uint8Array.of(0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1);
    const altered = await about(here, { hash: 'sha256' }, { alter: tbs => replaced(tbs, sha256, 8, 9) });
    expect(said(here, known)).toBe('good');
    expect(refusedFor(here, altered)).toContain('RFC 6960 §3.2, 1');
  });
});

describe('the signature of a response', () => {
  it('must be good [6960:2.2:2] [6960:4.2.1:4]', async () => {
    const alterSignature = (signature: Uint8Array) => signature.map((octet, i) => (i === 9 ? octet ^ 1 : octet));
    expect(refusedFor(here, await about(here, {}, { alterSignature }))).toContain('is not signed by the key of');
  });

  it('is over ResponseData as it was sent [6960:4.2.1:4]', async () => {
    const good = await about(here);
    // The status: `good`, a NULL of [0]; made `unknown`, a NULL of [2].
    const status = toHex(good).lastIndexOf('8000180f') / 2;
    const forged = Uint8Array.from(good);
    forged[status] = 0x82;
    expect(said(here, good)).toBe('good');
    expect(said(here, forged)).toBe('ERR_TLS_CERT_STATUS');
    expect(refusedFor(here, forged)).toContain('is not signed');
  });

  it.each(['rsa-2048', 'ecdsa-p384', 'ed25519'] as const)('is taken by authorities of %s [6960:4.3:1]', async key => {
    const root = await createCA();
    const ca = await root.intermediate({ key });
    const leaf = await ca.issue('localhost');
    expect(said({ ...here, root, ca, leaf }, await ca.ocsp(leaf.certificate))).toBe('good');
  });

  it('is none with SHA-1, unless by policy [6960:5.1:1]', async () => {
    const root = await createCA();
    const ca = await root.intermediate({ key: 'rsa-2048' });
    const leaf = await ca.issue('localhost');
    const weak = await about({ ...here, ca, leaf }, {}, { signature: { type: 'rsa-pkcs1', hash: 'sha1' } });
    expect(refusedFor({ ...here, root, ca, leaf }, weak)).toContain('MD5 or SHA-1');
    expect(said({ ...here, root, ca, leaf }, weak, { algorithms: { sha1: 'accept' } })).toBe('good');
    const unknown = await about({ ...here, ca, leaf }, {}, { claimedAlgorithm: '1.2.3.4' });
    expect(refusedFor({ ...here, root, ca, leaf }, unknown)).toContain('not supported (1.2.3.4)');
  });
});

describe('the time of a response', () => {
  it('is between thisUpdate and nextUpdate, give or take five minutes [6960:2.5:1] [6960:3.2:1]', async () => {
    const times: [number, number, string][] = [
      [-60, 60, 'good'],
      [4, 60, 'good'],
      [6, 60, 'ERR_TLS_CERT_STATUS'],
      [-60, -4, 'good'],
      [-60, -6, 'ERR_TLS_CERT_STATUS'],
    ];
    for (const [from, to, expected] of times) {
      const staple = await about(here, { thisUpdate: ahead(from * minute), nextUpdate: ahead(to * minute) });
      expect([from, to, said(here, staple)]).toEqual([from, to, expected]);
    }
  });

  it('has a tolerance by option', async () => {
    const staple = await about(here, { thisUpdate: ago(60 * minute), nextUpdate: ago(6 * minute) });
    expect(said(here, staple, { checker: { tolerance: 600_000 } })).toBe('good');
    const early = await about(here, { thisUpdate: ahead(minute) });
    expect(said(here, early, { checker: { tolerance: 0 } })).toBe('ERR_TLS_CERT_STATUS');
  });

  it('is not that of a responder that signed in the future', async () => {
    expect(refusedFor(here, await about(here, {}, { producedAt: ahead(6 * minute) }))).toContain('RFC 6960 §4.2.2.1');
  });

  it('may not end before it begins', async () => {
    const staple = await about(here, { thisUpdate: ago(minute), nextUpdate: ago(60 * minute) });
    expect(said(here, staple)).toBe('ERR_TLS_CERT_STATUS');
  });

  it('ends after ten days for a leaf, whatever it says, or by option', async () => {
    const staple = await about(here, { thisUpdate: ago(11 * day), nextUpdate: ahead(day) });
    expect(refusedFor(here, staple)).toContain('§3.2, 5');
    expect(said(here, staple, { checker: { maximumAge: 12 * day } })).toBe('good');
    const recent = await about(here, { thisUpdate: ago(2 * day), nextUpdate: ahead(day) });
    expect(said(here, recent)).toBe('good');
    expect(said(here, recent, { checker: { maximumAge: day } })).toBe('ERR_TLS_CERT_STATUS');
  });

  it('ends after a day where it does not say when', async () => {
    expect(said(here, await about(here, { nextUpdate: null, thisUpdate: ago(23 * 60 * minute) }))).toBe('good');
    expect(said(here, await about(here, { nextUpdate: null, thisUpdate: ago(25 * 60 * minute) }))).toBe(
      'ERR_TLS_CERT_STATUS',
    );
  });

  it('that is over refuses the path, or is no news by option', async () => {
    const stale = await about(here, { thisUpdate: ago(3 * day), nextUpdate: ago(2 * day) });
    expect(refusedFor(here, stale)).toContain('was good until');
    expect(said(here, stale, { checker: { stale: 'ignore' } })).toBe('unknown');
    const policy = { unknown: 'refuse' } as const;
    expect(said(here, stale, { checker: { stale: 'ignore' }, policy })).toBe('ERR_TLS_CERT_STATUS_UNKNOWN');
  });

  it('does not matter to what is revoked for good, unless it is of the future', async () => {
    const old = { thisUpdate: ago(400 * day), nextUpdate: ago(399 * day) };
    const revokedAt = ago(401 * day);
    for (const status of [{ revokedAt }, { revokedAt, reason: 1 }, { revokedAt, reason: 4 }]) {
      expect(said(here, await about(here, { ...old, status }))).toBe('CERT_REVOKED');
      const without = { thisUpdate: ago(3 * day), nextUpdate: null, status };
      expect(said(here, await about(here, without))).toBe('CERT_REVOKED');
      // Nor to who would take an outdated staple for none.
      expect(said(here, await about(here, { ...old, status }), { checker: { stale: 'ignore' } })).toBe('CERT_REVOKED');
      const early = { thisUpdate: ahead(6 * minute), nextUpdate: ahead(day), status };
      expect(refusedFor(here, await about(here, early))).toContain('is of ');
    }
    // A hold may be over, as it is on a CRL.
    const held = await about(here, { ...old, status: { revokedAt, reason: 6 } });
    expect(refusedFor(here, held)).toContain('was good until');
    expect(said(here, held, { checker: { stale: 'ignore' } })).toBe('unknown');
    // Who signed it must be who may today: an old response of a responder that has ended says nothing.
    const signer = await here.ca.issue({
      subject: 'responder',
      names: null,
      extendedKeyUsage: ['OCSPSigning'],
      notBefore: ago(500 * day),
      notAfter: ago(300 * day),
    });
    const stale = await about(here, { ...old, status: { revokedAt } }, { signer });
    expect(said(here, stale)).toBe('ERR_TLS_CERT_STATUS');
  });

  it('is told: until when the news counts', async () => {
    const nextUpdate = ahead(60 * minute);
    const verdict = judged(here, await about(here, { nextUpdate }));
    if (verdict instanceof TlsError) throw verdict;
    expect(verdict.revocation[0]?.until).toBe(Math.floor(nextUpdate.getTime() / 1000) * 1000 + 5 * minute);
  });
});

describe('extensions of a response', () => {
  const unknown = { oid: '1.2.3.4', value: Uint8Array.of(5, 0) };

  it('that nobody knows are passed over [6960:4.1.2:1]', async () => {
    expect(said(here, await about(here, { extensions: [unknown] }, { extensions: [unknown] }))).toBe('good');
  });

  it('that nobody knows and are critical refuse it, wherever they stand [6960:4.1.2:1]', async () => {
    const critical = [{ ...unknown, critical: true }];
    expect(refusedFor(here, await about(here, { extensions: critical }))).toContain('critical extension 1.2.3.4');
    expect(refusedFor(here, await about(here, {}, { extensions: critical }))).toContain('critical extension 1.2.3.4');
    // Of another certificate's they are nothing to us.
    const other = { serial: Uint8Array.of(1), extensions: critical };
    expect(said(here, await here.ca.ocsp({ responses: [other, { certificate: here.leaf.certificate }] }))).toBe('good');
  });

  it('may be a nonce that nobody asked for, of 1 to 128 octets', async () => {
    for (const length of [1, 32, 128]) {
      expect(said(here, await about(here, {}, { nonce: new Uint8Array(length) }))).toBe('good');
    }
    for (const length of [0, 129, 30_000]) {
      expect(refusedFor(here, await about(here, {}, { nonce: new Uint8Array(length) }))).toContain('Nonce has');
    }
  });

  it('have a nonce as an OCTET STRING in their own [6066:8:2]', async () => {
    const bare = { oid: '1.3.6.1.5.5.7.48.1.2', value: Uint8Array.of(1, 2, 3, 4) };
    expect(refusedFor(here, await about(here, {}, { extensions: [bare] }))).toContain('does not parse');
  });
});

describe('a response that is none', () => {
  it('is told from one that parses', async () => {
    const { status } = parseOcspResponse(await about(here));
    expect(status).toBe('successful');
    expect(thrown(() => parseOcspResponse(new Uint8Array())).code).toBe('ERR_TLS_CERT_STATUS');
  });

  it('has exactly the DER of one in it [6960:4.2.1:3]', async () => {
    const good = await about(here);
    const basic = basicOf(good);
    expect(said(here, withBasic(basic))).toBe('good');
    const more = new DerReader(basic).next().value;
    for (const wrong of [
      concat(basic, der(Tag.null)),
      der(Tag.sequence, more, der(contextTag(0, true), der(Tag.sequence)), der(Tag.null)),
    ]) {
      expect(refusedFor(here, withBasic(wrong))).toContain('does not parse');
    }
  });

  it('of another type is refused [6960:4.2.1:2]', async () => {
    expect(refusedFor(here, await about(here, {}, { responseType: '1.2.3' }))).toContain('unknown type 1.2.3');
  });

  it('of another version is refused, and v1 may be written [6960:4.2.2.3:1]', async () => {
    expect(said(here, await about(here, {}, { version: 0 }))).toBe('good');
    expect(refusedFor(here, await about(here, {}, { version: 1 }))).toContain('no such version: 1');
  });

  it('of no certificate at all is refused', async () => {
    expect(refusedFor(here, await here.ca.ocsp({ responses: [] }))).toContain('responses is empty');
  });

  it('of a status that does not exist is refused', async () => {
    for (const responseStatus of [4, 7, 127]) {
      expect(refusedFor(here, await here.ca.ocsp({ responses: [], responseStatus }))).toContain(
        'no OCSPResponseStatus',
      );
    }
  });

  it('is an error with something in it, or a success without', () => {
    for (const der of [
      [0x30, 3, 0x0a, 1, 0],
      [0x30, 7, 0x0a, 1, 3, 0xa0, 2, 0x30, 0],
      [0x30, 4, 0x0a, 2, 0, 3],
      [0x30, 3, 0x0a, 1, 0x83],
    ]) {
      expect(refusedFor(here, Uint8Array.from(der))).toContain('does not parse');
    }
  });

  it('has times of another form', async () => {
    const utc = Uint8Array.from([0x17, 13, ...new TextEncoder().encode('260101000000Z')]);
    const fraction = Uint8Array.from([0x18, 17, ...new TextEncoder().encode('20260101000000.5Z')]);
    for (const time of [utc, fraction]) {
      for (const made of [
        about(here, { thisUpdate: time }),
        about(here, { nextUpdate: time }),
        about(here, {}, { producedAt: time }),
      ]) {
        expect(refusedFor(here, await made)).toContain('does not parse');
      }
    }
  });

  it('has reasons of revocation that do not exist', async () => {
    for (const reason of [7, 11]) {
      expect(refusedFor(here, await about(here, { status: { revokedAt: ago(day), reason } }))).toContain(
        'no CRLReason',
      );
    }
  });
});

/** The BasicOCSPResponse of a response. */
function basicOf(response: Uint8Array): Uint8Array {
  const sequence = new DerReader(response).enter();
  sequence.next();
  const bytes = sequence.enter(contextTag(0, true)).enter();
  bytes.next();
  return bytes.octetString();
}

/** A response with this for a BasicOCSPResponse. */
function withBasic(basic: Uint8Array): Uint8Array {
  const bytes = der(Tag.sequence, derOid('1.3.6.1.5.5.7.48.1.1'), der(Tag.octetString, basic));
  return der(Tag.sequence, der(Tag.enumerated, Uint8Array.of(0)), der(contextTag(0, true), bytes));
}

/** The bytes with another octet `offset` after the beginning of `find`. */
function replaced(bytes: Uint8Array, find: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[toHex(bytes).indexOf(toHex(find)) / 2 + offset] = value;
  return copy;
}
