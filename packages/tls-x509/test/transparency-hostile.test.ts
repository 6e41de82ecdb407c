import {
  createLog,
  type Issued,
  ocspSctExtension,
  sctExtension,
  sctList,
  type TestLog,
  transparencyOids,
} from '@tlskit/tls-testing';
import { DecodeError, decode, encode } from '@tlskit/tls-wire';
import { der, derOid } from '@tlskit/tls-wire/der';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCertificate, type SctReport, type VerifiedPeer, type VerifyInput } from '../src/index.ts';
import {
  type CtLog,
  isVersion1,
  reportTransparency,
  requireTransparency,
  sctsInExtension,
  signedCertificateTimestamp,
  signedCertificateTimestampList,
} from '../src/transparency/index.ts';
import { createCA, judge, type TestCA, TlsError } from './support.ts';

let ca: TestCA;
let one: TestLog;
let two: TestLog;
let logs: readonly CtLog[];
let issued: Issued;
let plain: Issued;
let sct: Uint8Array;

beforeAll(async () => {
  ca = await createCA();
  [one, two] = [await createLog(), await createLog()];
  logs = [one, two].map(({ spki }, i) => ({ key: spki, operator: `operator ${i}` }));
  issued = await ca.issue({ names: ['localhost'], scts: [one, two] });
  plain = await ca.issue('localhost');
  sct = await one.addChain(plain.chain, { extensions: Uint8Array.of(1, 2, 3) });
});

function verdict(chain: readonly Uint8Array[], input: Partial<VerifyInput> = {}, limits = {}): VerifiedPeer | TlsError {
  const transparency = reportTransparency({ logs });
  // Certificates that nobody should write are logged all the same.
  return judge({ trust: { roots: ca.certificate }, profile: 'path', transparency, limits }, { chain, ...input });
}

/** What is said of SCTs beside a certificate that is trusted as it is, so that they alone cost signatures. */
function alone(scts: readonly Uint8Array[]): readonly SctReport[] {
  const transparency = reportTransparency({ logs });
  const peer = judge({ trust: { roots: plain.certificate }, transparency }, { chain: plain.chain, scts });
  if (peer instanceof TlsError) throw peer;
  return peer.transparency?.scts ?? [];
}

function reports(chain: readonly Uint8Array[], input: Partial<VerifyInput> = {}): readonly SctReport[] {
  const peer = verdict(chain, input);
  if (peer instanceof TlsError) throw peer;
  return peer.transparency?.scts ?? [];
}

const statuses = (scts: readonly SctReport[]) => scts.map(({ status }) => status);

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (0x80 >> (bit & 7));
  return copy;
}

describe('an SCT', () => {
  it('is what it was when it is written again, of any version', () => {
    const decoded = decode(signedCertificateTimestamp, sct);
    expect(isVersion1(decoded) && [...decoded.body.extensions]).toEqual([1, 2, 3]);
    expect(encode(signedCertificateTimestamp, decoded)).toEqual(sct);
    const later = Uint8Array.of(9, 8, 7);
    expect(decode(signedCertificateTimestamp, later)).toEqual({ sct_version: 9, body: Uint8Array.of(8, 7) });
    expect(encode(signedCertificateTimestamp, decode(signedCertificateTimestamp, later))).toEqual(later);
  });

  it('cut at any byte, or with one behind it, does not parse', () => {
    for (let length = 0; length < sct.length; length++) {
      expect(() => decode(signedCertificateTimestamp, sct.subarray(0, length))).toThrow(DecodeError);
    }
    expect(() => decode(signedCertificateTimestamp, Uint8Array.of(...sct, 0))).toThrow(DecodeError);
  });

  it('cut at any byte is invalid, and harms no other', () => {
    for (let length = 1; length < sct.length; length++) {
      expect(statuses(alone([sct.subarray(0, length), sct]))).toEqual(['invalid', 'valid']);
    }
    expect(statuses(reports(plain.chain, { scts: [new Uint8Array(0), sct] }))).toEqual(['invalid', 'valid']);
  });

  it('with any bit changed is not valid', () => {
    for (let bit = 0; bit < sct.length * 8; bit++) {
      expect(statuses(alone([flipped(sct, bit)]))).not.toContain('valid');
    }
  });

  it('for a certificate with any bit changed is not valid, if that is one still', () => {
    // Nobody checks the signature of a certificate that is trusted as it is.
    fc.assert(
      fc.property(fc.nat(plain.certificate.length * 8 - 1), bit => {
        const changed = flipped(plain.certificate, bit);
        const transparency = requireTransparency({ logs, minimum: 1 });
        let roots: Uint8Array;
        try {
          roots = parseCertificate(changed).der;
        } catch {
          return;
        }
        const peer = judge({ trust: { roots }, transparency }, { chain: [changed], scts: [sct], name: null });
        expect(peer).toBeInstanceOf(TlsError);
      }),
      { numRuns: 300 },
    );
  });

  it('that is any bytes is one that is not valid', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 5 }), scts => {
        expect(statuses(alone(scts))).not.toContain('valid');
      }),
      { numRuns: 200 },
    );
  });
});

describe('a list of SCTs', () => {
  const embedded = (value: Uint8Array) =>
    ca.issue({ names: ['localhost'], extensions: [{ oid: transparencyOids.sctList, value }] });

  it('cut at any byte, or with one behind it, does not parse', () => {
    const list = sctList([sct, sct]);
    expect(decode(signedCertificateTimestampList, list).sct_list).toEqual([sct, sct]);
    for (let length = 0; length < list.length; length++) {
      expect(() => decode(signedCertificateTimestampList, list.subarray(0, length))).toThrow(DecodeError);
    }
    expect(() => decode(signedCertificateTimestampList, Uint8Array.of(...list, 0))).toThrow(DecodeError);
    const { value } = sctExtension([sct]);
    expect(sctsInExtension(value)).toEqual([sct]);
    for (let length = 0; length < value.length; length++) {
      expect(() => sctsInExtension(value.subarray(0, length))).toThrow(DecodeError);
    }
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['no OCTET STRING', sctList([Uint8Array.of(0)])],
    ['an empty list', Uint8Array.of(4, 2, 0, 0)],
    ['an empty SCT', Uint8Array.of(4, 4, 0, 2, 0, 0)],
    ['a list that says more', Uint8Array.of(4, 5, 0, 4, 0, 1, 0)],
    ['a list that says less', Uint8Array.of(4, 6, 0, 3, 0, 1, 0, 0)],
    ['an OCTET STRING that says more', Uint8Array.of(4, 9, 0, 3, 0, 1, 0)],
    ['two OCTET STRINGs', Uint8Array.of(4, 5, 0, 3, 0, 1, 0, 4, 5, 0, 3, 0, 1, 0)],
  ])('in a certificate that is %s is invalid as a whole, and those beside it stand', async (_, value) => {
    const { chain } = await embedded(value);
    const scts = [await one.addChain(chain)];
    const all = reports(chain, { scts });
    expect(all.map(({ delivery, status }) => [delivery, status])).toEqual([
      ['embedded', 'invalid'],
      ['tls', 'valid'],
    ]);
    expect(all[0]?.why).toContain('the list does not parse');
  });

  it('with the same SCT many times has it once', () => {
    expect(statuses(reports(plain.chain, { scts: [sct, sct, sct] }))).toEqual(['valid', 'ignored', 'ignored']);
    const transparency = requireTransparency({ logs, operators: 1 });
    const peer = judge({ trust: { roots: ca.certificate }, transparency }, { chain: plain.chain, scts: [sct, sct] });
    expect(peer).toMatchObject({ code: 'ERR_TLS_CERT_TRANSPARENCY' });
  });

  it('of thousands costs twenty signatures at most', async () => {
    const forged: Uint8Array[] = [];
    for (let i = 0; i < 3000; i++) {
      const copy = Uint8Array.from(sct);
      // Other timestamps, of the same log: each would have to be verified.
      copy.set([i >> 8, i & 0xff], 39);
      forged.push(copy);
    }
    const peer = verdict(plain.chain, { scts: [...forged, sct] });
    if (peer instanceof TlsError) throw peer;
    // One of the path.
    expect(peer.work.signatures).toBe(21);
    const scts = peer.transparency?.scts ?? [];
    expect(scts).toHaveLength(21);
    expect(scts.at(-1)).toEqual({
      delivery: 'tls',
      status: 'ignored',
      why: '2981 more are not looked at, the limit is 20',
    });
    expect(statuses(scts)).not.toContain('valid');
    // As many as fit into a certificate.
    const { chain } = await embedded(sctExtension(forged.slice(0, 500)).value);
    const inside = verdict(chain);
    expect((inside as VerifiedPeer).work.signatures).toBe(21);
    // Of logs that nobody knows they cost none.
    const strangers = forged.map(copy => Uint8Array.from(copy, (byte, i) => (i === 5 ? byte ^ 1 : byte)));
    expect((verdict(plain.chain, { scts: strangers }) as VerifiedPeer).work.signatures).toBe(1);
  });

  it('costs signatures that are counted with all others', () => {
    expect(verdict(issued.chain, {}, { signatures: 3 })).not.toBeInstanceOf(TlsError);
    expect(verdict(issued.chain, {}, { signatures: 2 })).toMatchObject({ code: 'ERR_TLS_CERT_WORK_LIMIT' });
  });
});

describe('an OCSP response with SCTs', () => {
  it('with a bit changed refuses nobody, and has no other SCTs than its own', async () => {
    const scts = [await one.addChain(plain.chain)];
    const extensions = [ocspSctExtension(scts)];
    const response = await ca.ocsp({ responses: [{ certificate: plain.certificate, extensions }] });
    expect(statuses(reports(plain.chain, { ocsp: response }))).toEqual(['valid']);
    fc.assert(
      fc.property(fc.nat(response.length * 8 - 1), bit => {
        const all = reports(plain.chain, { ocsp: flipped(response, bit) });
        expect(all.length).toBeLessThan(2);
        for (const { status, logId } of all) {
          if (status === 'valid') expect(logId).toBe(Buffer.from(one.id).toString('hex'));
        }
      }),
      { numRuns: 300 },
    );
    for (let length = 0; length < response.length; length += 7) {
      expect(statuses(reports(plain.chain, { ocsp: response.subarray(0, length) }))).toEqual(['invalid']);
    }
  });
});

describe('a certificate with SCTs in it', () => {
  it('that is its own precertificate, or has poison beside them, is none', async () => {
    const [poisoned] = issued.precertificate as [Uint8Array];
    expect(verdict([poisoned])).toMatchObject({ code: 'UNHANDLED_CRITICAL_EXTENSION' });
    const poison = { oid: transparencyOids.poison, critical: true, value: Uint8Array.of(5, 0) };
    const both = await ca.issue({ names: ['localhost'], scts: [one], extensions: [poison] });
    expect(verdict(both.chain)).toMatchObject({ code: 'UNHANDLED_CRITICAL_EXTENSION' });
  });

  it('twice is malformed', async () => {
    const extension = sctExtension([sct]);
    const { chain } = await ca.issue({ names: ['localhost'], extensions: [extension, extension] });
    expect(verdict(chain)).toMatchObject({ code: 'ERR_TLS_CERT_MALFORMED' });
  });

  it.each([
    ['of which the lengths around the extensions lose an octet', 0],
    ['with 127 bytes of other extensions', 60],
    ['with many', 300],
    ['with more than 64 KiB of them', 66_000],
  ])('%s was logged with lengths of its own', async (_, length) => {
    const extra = { oid: '1.2.3.4', value: der(4, new Uint8Array(length)) };
    const { chain } = await ca.issue({ names: ['localhost'], scts: [one, two], extensions: [extra] });
    expect(statuses(reports(chain))).toEqual(['valid', 'valid']);
  });

  it('and nothing else was logged without extensions', async () => {
    const none = { names: null, keyUsage: null, extendedKeyUsage: null } as const;
    const bare = { ...none, subject: 'bare', subjectKeyIdentifier: null, authorityKeyIdentifier: null };
    const { chain } = await ca.issue({ ...bare, scts: [one, two] });
    expect(statuses(reports(chain, { name: null }))).toEqual(['valid', 'valid']);
  });

  it('with unique identifiers, a strange version of times, and extensions whose contents are no DER, was logged so', async () => {
    const unique = (tbs: Uint8Array): Uint8Array => insertedBeforeExtensions(tbs, Uint8Array.of(0x81, 2, 0, 0xaa));
    const extra = { oid: '1.2.3.5', value: Uint8Array.of(0x30, 0x80, 0, 0, 0xff) };
    // GeneralizedTime before 2050, in a certificate that nobody calls conforming.
    const notBefore = Uint8Array.of(0x18, 15, ...new TextEncoder().encode('20200101000000Z'));
    const odd = await ca.issue({
      names: ['localhost'],
      scts: [one, two],
      notBefore,
      extensions: [extra],
      alter: unique,
    });
    expect(statuses(reports(odd.chain))).toEqual(['valid', 'valid']);
  });

  it('in which an extension has one that looks like theirs was logged with it', async () => {
    const decoy = { oid: '1.2.3.6', value: der(0x30, derOid(transparencyOids.sctList), Uint8Array.of(4, 1, 0)) };
    const { chain } = await ca.issue({ names: ['localhost'], scts: [one, two], extensions: [decoy] });
    expect(statuses(reports(chain))).toEqual(['valid', 'valid']);
  });

  it('that stand amid its extensions was logged with the others in their order', async () => {
    const [first, last] = ['1.2.3.7', '1.2.3.8'].map(oid => ({ oid, value: Uint8Array.of(5, 0) })) as [Extra, Extra];
    const same = {
      names: ['localhost'],
      key: plain.key,
      serial: Uint8Array.of(77),
      notBefore: new Date(Date.now() - 5000),
      notAfter: new Date(Date.now() + 500_000),
    };
    const { precertificate = [] } = await ca.issue({ ...same, scts: [], extensions: [first, last] });
    const amid = sctExtension([await one.addPreChain(precertificate), await two.addPreChain(precertificate)]);
    const { chain } = await ca.issue({ ...same, extensions: [first, amid, last] });
    expect(statuses(reports(chain))).toEqual(['valid', 'valid']);
    const swapped = await ca.issue({ ...same, extensions: [last, amid, first] });
    expect(statuses(reports(swapped.chain))).toEqual(['invalid', 'invalid']);
  });
});

interface Extra {
  readonly oid: string;
  readonly value: Uint8Array;
}

/** A TBSCertificate with a field before its extensions, which are last. */
function insertedBeforeExtensions(tbs: Uint8Array, field: Uint8Array): Uint8Array {
  const { extensions } = parseTbs(tbs);
  const contents = tbs.subarray(4);
  const at = contents.length - extensions;
  return der(0x30, contents.subarray(0, at), field, contents.subarray(at));
}

/** How many bytes the extensions have, which end the TBSCertificate: [3] with a length of two octets or one. */
function parseTbs(tbs: Uint8Array): { extensions: number } {
  for (let at = 4; at < tbs.length; at++) {
    if (tbs[at] !== 0xa3) continue;
    const long = tbs[at + 1] === 0x82;
    const short = tbs[at + 1] === 0x81;
    const length = long
      ? 4 + 256 * (tbs[at + 2] as number) + (tbs[at + 3] as number)
      : short
        ? 3 + (tbs[at + 2] as number)
        : 2 + (tbs[at + 1] as number);
    if (at + length === tbs.length) return { extensions: length };
  }
  throw new Error('no extensions');
}
