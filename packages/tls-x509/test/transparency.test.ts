import { errorTable } from '@tlskit/tls-alerts';
import {
  createLog,
  type Issued,
  type IssueOptions,
  ocspSctExtension,
  type TestLog,
  transparencyOids,
} from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SctReport, TransparencyPolicy, VerifiedPeer, VerifyInput } from '../src/index.ts';
import {
  type CtLog,
  reportTransparency,
  requireTransparency,
  type TransparencyOptions,
} from '../src/transparency/index.ts';
import { asynchronous, createCA, day, judge, noble, type TestCA, TlsError, thrown } from './support.ts';

let root: TestCA;
let ca: TestCA;
let one: TestLog;
let two: TestLog;
let three: TestLog;
let logs: readonly CtLog[];

/** A log as a policy knows it. */
const known = (log: TestLog, name: string, more: Partial<CtLog> = {}): CtLog => ({
  key: log.spki,
  description: `log ${name}`,
  operator: `operator ${name}`,
  ...more,
});

beforeAll(async () => {
  root = await createCA();
  ca = await root.intermediate();
  [one, two, three] = [await createLog(), await createLog({ key: 'rsa-2048' }), await createLog()];
  logs = [known(one, '1'), known(two, '2'), known(three, '3')];
});

function verdict(
  transparency: TransparencyPolicy,
  { chain }: Pick<Issued, 'chain'>,
  input: Partial<VerifyInput> = {},
  time?: number,
): VerifiedPeer | TlsError {
  const clock = time === undefined ? {} : { time: () => time };
  return judge({ trust: { roots: root.certificate }, transparency, ...clock }, { chain, ...input });
}

/** What is said of each SCT when nobody is refused. */
function reports(issued: Pick<Issued, 'chain'>, input: Partial<VerifyInput> = {}, options = {}): readonly SctReport[] {
  const peer = verdict(reportTransparency({ logs, ...options }), issued, input);
  if (peer instanceof TlsError) throw peer;
  return peer.transparency?.scts ?? [];
}

const said = (scts: readonly SctReport[]) =>
  scts.map(({ status, why }) => [status, ...(why === undefined ? [] : [why])]);

function outcome(
  issued: Pick<Issued, 'chain'>,
  options: Partial<TransparencyOptions> = {},
  input: Partial<VerifyInput> = {},
): string {
  const peer = verdict(requireTransparency({ logs, ...options }), issued, input);
  return peer instanceof TlsError ? peer.code : 'accepted';
}

const issue = (scts: IssueOptions['scts'], options: IssueOptions = {}): Promise<Issued> =>
  ca.issue({ names: ['localhost'], ...options, ...(scts === undefined ? {} : { scts }) });

const refused = 'ERR_TLS_CERT_TRANSPARENCY';

describe('SCTs in the certificate', () => {
  it('of two logs of two operators are enough', async () => {
    const issued = await issue([one, two]);
    const peer = verdict(requireTransparency({ logs }), issued);
    if (peer instanceof TlsError) throw peer;
    expect(peer.transparency).toMatchObject({ satisfied: true });
    const now = Date.now();
    expect(peer.transparency?.scts).toEqual([
      {
        delivery: 'embedded',
        status: 'valid',
        logId: Buffer.from(one.id).toString('hex'),
        log: { description: 'log 1', operator: 'operator 1' },
        timestamp: expect.closeTo(now, -5),
      },
      expect.objectContaining({ status: 'valid', log: { description: 'log 2', operator: 'operator 2' } }),
    ]);
    // Two of the path, two of the SCTs.
    expect(peer.work.signatures).toBe(4);
  });

  it('are the same whoever signed the precertificate, and whatever issued the certificate', async () => {
    for (const key of ['ecdsa-p384', 'rsa-2048', 'ed25519'] as const) {
      const authority = await root.intermediate({ key });
      // Of the same kind: the algorithm stands in the signed part, and stays.
      const signer = await authority.intermediate({ key, extendedKeyUsage: ['precertificateSigning'] });
      const issued = await authority.issue({ names: ['localhost'], scts: [one, two], precertificateSigner: signer });
      expect(outcome(issued)).toBe('accepted');
      expect(outcome(await authority.issue({ names: ['localhost'], scts: [one, two] }))).toBe('accepted');
    }
  });

  it('of a precertificate that a stranger signed for the same name are not of this issuer', async () => {
    const impostor = await root.intermediate({ subject: ca.subject });
    const other = await impostor.issue({ names: ['localhost'], scts: [one, two] });
    // The same precertificate, the same SCTs, the right issuer but for its key.
    expect(outcome(other)).toBe('accepted');
    const scts = [await one.addPreChain(other.precertificate as Uint8Array[])];
    expect(said(reports(await issue(scts)))).toEqual([['invalid', 'the log did not sign it for this certificate']]);
  });

  it('are not there: the certificate is refused, by an error that says so', async () => {
    const error = verdict(requireTransparency({ logs }), await ca.issue('localhost'));
    expect(error).toMatchObject({
      code: refused,
      kind: 'certificate',
      alert: 'certificate_unknown',
      rfc: 'RFC 6962 §5.2',
    });
    expect((error as TlsError).message).toBe(
      'certificate "CN=localhost": was not logged as it should be: in it no valid SCT, 2 of 2 are needed; ' +
        'beside it no valid SCT, 2 of 2 are needed (RFC 6962 §5.2)',
    );
    expect(errorTable.ERR_TLS_CERT_TRANSPARENCY.alert).toBe('certificate_unknown');
  });

  it('are not judged where nobody asks', async () => {
    const peer = judge({ trust: { roots: root.certificate } }, { chain: (await issue([one])).chain });
    expect(peer).not.toBeInstanceOf(TlsError);
    expect((peer as VerifiedPeer).transparency).toBeUndefined();
  });

  it('may be one for whoever says so', async () => {
    const issued = await issue([one]);
    expect(outcome(issued)).toBe(refused);
    expect(outcome(issued, { minimum: 1 })).toBe('accepted');
    expect(outcome(issued, { minimum: 1, operators: 2 })).toBe(refused);
    expect(outcome(await issue([one, two]), { minimum: 3 })).toBe(refused);
    expect(outcome(await issue([one, two, three]), { minimum: 3, operators: 3 })).toBe('accepted');
  });

  it('are three where the certificate is good for more than 180 days', async () => {
    const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000 - day);
    const lasting = (milliseconds: number, ...of: TestLog[]) =>
      issue(of, { notBefore, notAfter: new Date(notBefore.getTime() + milliseconds) });
    expect(outcome(await lasting(180 * day, one, two))).toBe('accepted');
    expect(outcome(await lasting(180 * day + 1000, one, two))).toBe(refused);
    expect(outcome(await lasting(180 * day + 1000, one, two, three))).toBe('accepted');
  });

  it('of two logs of one operator are not enough, and one log counts once', async () => {
    const same = [known(one, '1'), known(two, '2', { operator: 'operator 1' })];
    expect(outcome(await issue([one, two]), { logs: same })).toBe(refused);
    expect(outcome(await issue([one, { log: one, timestamp: 1000 }]), { operators: 1 })).toBe(refused);
    expect(outcome(await issue([one, two]), { logs: same, operators: 1 })).toBe('accepted');
  });

  it('are of whoever ran the log then', async () => {
    const issued = await issue([one, { log: two, timestamp: 5000 }]);
    const sold = (until: number): readonly CtLog[] => [
      known(one, '1'),
      known(two, '2', { operator: 'operator 1', previousOperators: [{ name: 'operator 2', until }] }),
    ];
    expect(outcome(issued, { logs: sold(5001) })).toBe('accepted');
    expect(outcome(issued, { logs: sold(5000) })).toBe(refused);
    // In any order: the first that had not sold it yet.
    const often = [
      { name: 'operator 1', until: 9000 },
      { name: 'operator 2', until: 6000 },
    ];
    const last = known(two, '2', { operator: 'operator 1', previousOperators: often });
    expect(outcome(issued, { logs: [known(one, '1'), last] })).toBe('accepted');
  });
});

describe('an SCT that is not valid', () => {
  it.each([
    ['of another key', 'invalid', 'the log did not sign it for this certificate', () => ({ forged: true })],
    ['of another kind of entry', 'invalid', 'the log did not sign it for this certificate', () => ({ entryType: 0 })],
    ['under another hash', 'invalid', 'the log did not sign it for this certificate', () => ({ hash: 'sha384' })],
    [
      'that names another hash',
      'invalid',
      'it is not signed by the algorithm of the log (RFC 6962 §2.1.4)',
      () => ({ algorithm: [5, 3] }),
    ],
    [
      'that names another kind of key',
      'invalid',
      'it is not signed by the algorithm of the log (RFC 6962 §2.1.4)',
      () => ({ algorithm: [4, 1] }),
    ],
    ['of the future', 'invalid', 'it is of the future', () => ({ timestamp: Date.now() + 60_000 })],
    ['of the farthest future', 'invalid', 'it is of the future', () => ({ timestamp: 2n ** 64n - 1n })],
    ['of version 2', 'ignored', 'its version, 1, is not known', () => ({ version: 1 })],
    ['of a log that is not known', 'ignored', 'its log is not known', () => ({ id: new Uint8Array(32) })],
    [
      'that names another log',
      'invalid',
      'it is not signed by the algorithm of the log (RFC 6962 §2.1.4)',
      () => ({ id: two.id }),
    ],
    [
      'that names another log with such a key',
      'invalid',
      'the log did not sign it for this certificate',
      () => ({ id: three.id }),
    ],
    [
      'with its extensions changed',
      'invalid',
      'the log did not sign it for this certificate',
      () => ({
        extensions: Uint8Array.of(1),
        alter: (sct: Uint8Array) => Uint8Array.from(sct, (byte, i) => (i === 43 ? 2 : byte)),
      }),
    ],
  ] as const)('%s', async (_, status, why, options) => {
    const issued = await issue([{ log: one, ...(options() as object) }]);
    expect(said(reports(issued))).toEqual([[status, why]]);
    expect(outcome(issued, { minimum: 1 })).toBe(refused);
    // Beside one that is, it does no harm.
    const both = await issue([{ log: one, ...(options() as object) }, two]);
    expect(outcome(both, { minimum: 1 })).toBe('accepted');
  });

  it('has a timestamp in its report where a date can stand for it', async () => {
    const last = 8_640_000_000_000_000;
    const issued = await issue([last, last + 1, 2n ** 64n - 1n].map(timestamp => ({ log: one, timestamp })));
    expect(reports(issued).map(({ timestamp }) => timestamp)).toEqual([last, undefined, undefined]);
    expect(reports(issued, {}, { logs: [known(two, '2')] }).map(({ timestamp }) => timestamp)).toEqual([
      last,
      undefined,
      undefined,
    ]);
  });

  it('is told of in the error, in bounds', async () => {
    const noise = Array.from({ length: 100 }, (_, i) => Uint8Array.of(0, i));
    const long = verdict(requireTransparency({ logs }), await issue(noise));
    expect((long as TlsError).message.match(/does not parse/g)).toHaveLength(6);
    const issued = await issue([one, { log: two, forged: true }]);
    const error = verdict(requireTransparency({ logs }), issued);
    expect((error as TlsError).message).toContain(
      'in it 1 valid SCT of 1 operator, 2 of 2 are needed; beside it no valid SCT, 2 of 2 are needed; ' +
        'log 2 (embedded): the log did not sign it for this certificate',
    );
  });

  it('has extensions that are good, and a timestamp of this very moment', async () => {
    const now = Date.now();
    const issued = await issue([{ log: one, extensions: Uint8Array.of(1, 2, 3), timestamp: now }]);
    const at = (time: number) => {
      const peer = verdict(reportTransparency({ logs }), issued, {}, time);
      return peer instanceof TlsError ? peer.code : said(peer.transparency?.scts ?? []);
    };
    expect(at(now)).toEqual([['valid']]);
    expect(at(now + 0.5)).toEqual([['valid']]);
    expect(at(now - 1)).toEqual([['invalid', 'it is of the future']]);
  });
});

describe('a log', () => {
  const since = 1_700_000_000_000;
  const scts = (timestamp: number) => issue([one, { log: two, timestamp }]);
  const standing = (state: CtLog['state'], more: Partial<CtLog> = {}) => [
    known(one, '1'),
    known(two, '2', { state, ...more }),
  ];

  it.each([
    ['qualified', 'accepted'],
    ['usable', 'accepted'],
    ['readonly', 'accepted'],
    ['pending', refused],
    ['rejected', refused],
    ['retired', refused],
  ] as const)('that is %s: %s', async (state, expected) => {
    expect(outcome(await scts(since), { logs: standing(state) })).toBe(expected);
  });

  it('that was retired is believed for what it said before', async () => {
    const retired = { logs: standing('retired', { since }) };
    expect(outcome(await scts(since - 1), retired)).toBe('accepted');
    expect(outcome(await scts(since), retired)).toBe(refused);
    expect(said(reports(await scts(since), {}, retired))[1]).toEqual(['ignored', 'its log was retired by then']);
    // Not if there is no other.
    const all = [known(one, '1', { state: 'retired', since }), known(two, '2', { state: 'retired', since })];
    const issued = await issue([
      { log: one, timestamp: 1000 },
      { log: two, timestamp: 1000 },
    ]);
    const error = verdict(requireTransparency({ logs: all as readonly CtLog[] }), issued);
    expect((error as TlsError).message).toContain('2 valid SCTs of 2 operators, and all their logs are retired');
  });

  it('is for certificates that end in its interval', async () => {
    const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 + 10 * day);
    const issued = await issue([one, two], { notAfter });
    const end = notAfter.getTime();
    const within = (interval: { start: number; end: number }) =>
      outcome(issued, { logs: standing('usable', { interval }) });
    expect(within({ start: end, end: end + 1 })).toBe('accepted');
    expect(within({ start: end - day, end })).toBe(refused);
    expect(within({ start: end + 1000, end: end + day })).toBe(refused);
  });
});

describe('SCTs of the TLS extension', () => {
  it('are for the certificate as it is', async () => {
    const issued = await ca.issue('localhost');
    const scts = [await one.addChain(issued.chain), await two.addChain(issued.chain)];
    expect(outcome(issued, {}, { scts })).toBe('accepted');
    expect(reports(issued, { scts }).map(({ delivery, status }) => [delivery, status])).toEqual([
      ['tls', 'valid'],
      ['tls', 'valid'],
    ]);
    const other = await ca.issue('localhost');
    expect(outcome(other, {}, { scts })).toBe(refused);
  });

  it('are counted apart from those in the certificate', async () => {
    const issued = await issue([one]);
    const scts = [await two.addChain(issued.chain)];
    expect(outcome(issued, {}, { scts })).toBe(refused);
    scts.push(await three.addChain(issued.chain));
    expect(outcome(issued, {}, { scts })).toBe('accepted');
  });

  it('of the certificate are not those of the precertificate, nor the other way round', async () => {
    const issued = await issue([one]);
    const scts = [await one.addPreChain(issued.precertificate as Uint8Array[])];
    expect(said(reports(issued, { scts })).at(-1)).toEqual(['invalid', 'the log did not sign it for this certificate']);
    const embedded = await issue([await one.addChain(issued.chain)]);
    expect(said(reports(embedded))).toEqual([['invalid', 'the log did not sign it for this certificate']]);
  });

  it('of a retired log are too old', async () => {
    const issued = await ca.issue('localhost');
    const scts = [await one.addChain(issued.chain, { timestamp: 1000 }), await two.addChain(issued.chain)];
    const retired = [known(one, '1', { state: 'retired', since: 2000 }), known(two, '2')];
    expect(outcome(issued, { logs: retired }, { scts })).toBe(refused);
    expect(said(reports(issued, { scts }, { logs: retired }))[0]).toEqual(['ignored', 'its log is retired']);
  });

  it('suffice for who trusts the certificate by itself, of which no issuer is known', async () => {
    const issued = await issue([one, two]);
    const scts = [await one.addChain(issued.chain), await two.addChain(issued.chain)];
    const trust = { roots: issued.certificate };
    const require = requireTransparency({ logs });
    expect(judge({ trust, transparency: require }, { chain: issued.chain, scts })).not.toBeInstanceOf(TlsError);
    const reported = judge({ trust, transparency: reportTransparency({ logs }) }, { chain: issued.chain });
    expect((reported as VerifiedPeer).transparency?.scts).toEqual([
      { delivery: 'embedded', status: 'ignored', why: 'its issuer is not known' },
    ]);
    expect(judge({ trust, transparency: require }, { chain: issued.chain })).toMatchObject({
      code: refused,
      message: expect.stringContaining('an SCT (embedded): its issuer is not known'),
    });
  });
});

describe('SCTs of a stapled OCSP response', () => {
  const staple = async (about: Issued, scts: readonly Uint8Array[], more: object = {}) =>
    ca.ocsp({ responses: [{ certificate: about.certificate, extensions: [ocspSctExtension(scts)], ...more }] });

  it('are for the certificate as it is', async () => {
    const issued = await ca.issue('localhost');
    const scts = [await one.addChain(issued.chain), await two.addChain(issued.chain)];
    const response = await staple(issued, scts);
    expect(outcome(issued, {}, { ocsp: response })).toBe('accepted');
    expect(reports(issued, { ocsp: response }).map(({ delivery, status }) => [delivery, status])).toEqual([
      ['ocsp', 'valid'],
      ['ocsp', 'valid'],
    ]);
  });

  it('count together with those of the TLS extension, each once', async () => {
    const issued = await ca.issue('localhost');
    const [first, second] = [await one.addChain(issued.chain), await two.addChain(issued.chain)];
    expect(outcome(issued, {}, { scts: [first], ocsp: await staple(issued, [second]) })).toBe('accepted');
    const twice = { scts: [first], ocsp: await staple(issued, [first]) };
    expect(outcome(issued, {}, twice)).toBe(refused);
    expect(said(reports(issued, twice))).toEqual([['valid'], ['ignored', 'it came before']]);
  });

  it('are of no account in a response about another certificate, or of another issuer, or that says nothing', async () => {
    const issued = await ca.issue('localhost');
    const scts = [await one.addChain(issued.chain), await two.addChain(issued.chain)];
    const other = await ca.issue('localhost');
    expect(outcome(issued, {}, { ocsp: await staple(other, scts) })).toBe(refused);
    expect(outcome(issued, {}, { ocsp: await staple(issued, scts, { issuer: root }) })).toBe(refused);
    const silent = { ocsp: await ca.ocsp({ responses: [], responseStatus: 3 }) };
    expect(outcome(issued, {}, silent)).toBe(refused);
    expect(reports(issued, silent)).toEqual([]);
    expect(reports(issued, { ocsp: await ca.ocsp(issued.certificate) })).toEqual([]);
  });

  it('that do not parse are invalid, and so is a response that does not', async () => {
    const issued = await ca.issue('localhost');
    const extension = { oid: transparencyOids.ocspSctList, value: Uint8Array.of(4, 1, 0) };
    const response = await staple(issued, [], { extensions: [extension] });
    expect(said(reports(issued, { ocsp: response }))).toEqual([
      ['invalid', expect.stringContaining('the list does not parse')],
    ]);
    const good = await staple(issued, [await one.addChain(issued.chain)]);
    expect(said(reports(issued, { ocsp: good.subarray(0, -1) }))).toEqual([
      ['invalid', 'the OCSP response does not parse'],
    ]);
  });
});

describe('a policy', () => {
  it('that reports refuses nobody', async () => {
    const peer = verdict(reportTransparency({ logs }), await issue([{ log: one, forged: true }]));
    expect(peer).toMatchObject({
      verified: true,
      transparency: { satisfied: false, why: expect.stringContaining('no valid SCT'), scts: [{ status: 'invalid' }] },
    });
  });

  it('stands behind the path: what is refused otherwise is refused so', async () => {
    const require = requireTransparency({ logs });
    const expired = await issue(undefined, { notAfter: new Date(Date.now() - 2000) });
    expect(verdict(require, expired)).toMatchObject({ code: 'CERT_HAS_EXPIRED' });
    expect(verdict(require, await issue(undefined, { names: ['other.test'] }))).toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('goes for another path where the first has another issuer', async () => {
    // The same name and key below two roots: either path is good, and the issuer of the leaf has the same key in both.
    const other = await createCA();
    const cross = await other.intermediate({ key: ca.key, subject: ca.subject });
    const issued = await issue([one, two]);
    const trust = { roots: [root.certificate, other.certificate] };
    const transparency = requireTransparency({ logs });
    const chain = [issued.certificate, cross.certificate, ca.certificate];
    expect(judge({ trust, transparency }, { chain })).not.toBeInstanceOf(TlsError);
  });

  it('under insecure trust says what would have been refused', async () => {
    const insecure = { insecure: 'accept any certificate', roots: root.certificate } as const;
    const { chain } = await ca.issue('localhost');
    const peer = judge({ trust: insecure, transparency: requireTransparency({ logs }) }, { chain });
    expect(peer).toMatchObject({ verified: false, problem: { code: refused } });
  });

  it('with a provider that takes its time', async () => {
    const issued = await issue([one, two]);
    const provider = asynchronous(noble);
    const { createCertificateVerifier } = await import('../src/index.ts');
    const options = { provider, trust: { roots: root.certificate }, transparency: requireTransparency({ logs }) };
    const verifier = createCertificateVerifier(options);
    const input = { role: 'server', name: 'localhost' } as const;
    await expect(verifier.verify({ ...input, chain: issued.chain })).resolves.toMatchObject({
      transparency: { satisfied: true },
    });
    const plain = await ca.issue('localhost');
    await expect(verifier.verify({ ...input, chain: plain.chain })).rejects.toMatchObject({ code: refused });
  });

  it('is part of what sessions are bound to, where it refuses', async () => {
    const idOf = (transparency?: TransparencyPolicy) => {
      const peer = judge(
        { trust: { roots: root.certificate }, ...(transparency === undefined ? {} : { transparency }) },
        { chain: issued.chain },
      );
      return (peer as VerifiedPeer).trust;
    };
    const issued = await issue([one, two]);
    const required = idOf(requireTransparency({ logs }));
    expect(idOf(requireTransparency({ logs: [...logs].reverse() }))).toBe(required);
    const changed = (more: Partial<CtLog>) =>
      idOf(requireTransparency({ logs: [known(three, '3', more), ...logs.slice(0, 2)] }));
    expect(changed({ description: 'another', mmd: 7 })).toBe(required);
    const others = [
      changed({ operator: 'Ä' }),
      changed({ state: 'readonly' }),
      changed({ state: 'retired' }),
      changed({ state: 'retired', since: 1 }),
      changed({ interval: { start: 0, end: 1 } }),
      changed({ interval: { start: 0, end: 2 } }),
      changed({ previousOperators: [{ name: 'x', until: 1 }] }),
      idOf(),
      idOf(requireTransparency({ logs, minimum: 1 })),
      idOf(requireTransparency({ logs: logs.slice(0, 2) })),
      idOf(requireTransparency({ logs, operators: 1 })),
    ];
    expect(new Set([required, ...others]).size).toBe(12);
    expect(idOf(reportTransparency({ logs }))).toBe(idOf());
  });
});

describe('options that make no sense', () => {
  const option = 'ERR_TLS_INVALID_OPTION';
  it.each([
    ['nothing', undefined],
    ['no logs', {}],
    ['an empty list of logs', { logs: [] }],
    ['a log that is none', { logs: [null] }],
    ['a log without operator', { logs: [{ key: 'AAAA' }] }],
    ['a log with a field that it has not', { logs: [{ key: 'AAAA', operator: 'x', url: 'https://log.test/' }] }],
    ['a state that logs do not have', { logs: [{ key: 'AAAA', operator: 'x', state: 'frozen' }] }],
    ['a time that is none', { logs: [{ key: 'AAAA', operator: 'x', since: 'yesterday' }] }],
    ['an interval without an end', { logs: [{ key: 'AAAA', operator: 'x', interval: { start: 0 } }] }],
    ['a description that is no text', { logs: [{ key: 'AAAA', operator: 'x', description: 7 }] }],
    ['a misspelt option', { logs: [{ key: 'AAAA', operator: 'x' }], minimun: 2 }],
    ['no SCTs', { logs: [{ key: 'AAAA', operator: 'x' }], minimum: 0 }],
    ['half an operator', { logs: [{ key: 'AAAA', operator: 'x' }], operators: 0.5 }],
  ])('%s', (_, options) => {
    expect(thrown(() => requireTransparency(options as never)).code).toBe(option);
    expect(thrown(() => reportTransparency(options as never)).code).toBe(option);
  });

  it('keys that logs may not have, and ids of other keys', async () => {
    const prepare = (log: Partial<CtLog>) => () =>
      requireTransparency({ logs: [{ key: one.spki, operator: 'x', ...log }] }).prepare(noble);
    expect(prepare({})().id).toMatch(/^ct:[0-9a-f]{64}$/);
    const base64 = Buffer.from(one.spki).toString('base64');
    const pem = `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
    for (const key of [base64, pem]) expect(prepare({ key })().id).toBe(prepare({})().id);
    expect(prepare({ id: Buffer.from(one.id).toString('base64') })().id).toBe(prepare({})().id);
    for (const key of ['ecdsa-p384', 'rsa-1024', 'ed25519', 'rsa-pss'] as const) {
      const { spki } = await createCA({ key });
      expect(thrown(prepare({ key: spki })).message).toContain('RFC 6962 §2.1.4');
    }
    for (const log of [
      { key: 'AAAA' },
      { key: '?' },
      { key: pem + pem },
      { key: 7 as never },
      { id: two.id },
      { id: '?' },
    ]) {
      expect(thrown(prepare(log)).code).toBe(option);
    }
    const twice = requireTransparency({ logs: [known(one, '1'), known(one, '2')] });
    expect(thrown(() => twice.prepare(noble)).message).toContain('twice');
    expect(thrown(() => twice.prepare({ ...noble, hashes: {} })).message).toContain('SHA-256');
  });

  it('of a verifier: what is no policy', () => {
    const transparency = { logs } as never;
    expect(thrown(() => judge({ trust: { roots: root.certificate }, transparency }, { chain: [] })).code).toBe(option);
  });
});
