/** Verification ends, whatever those do who are asked: with timers that are wound by hand. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CrlCheckerOptions, crls } from '../src/crl/index.ts';
import {
  createCertificateVerifier,
  deadBranches,
  type RevocationChecker,
  type RevocationQuestion,
  type VerifiedPeer,
  type VerifierOptions,
} from '../src/index.ts';
import { type OcspOptions, ocsp } from '../src/ocsp/index.ts';
import { createCA, type Issued, noble, type TestCA, TlsError, thrown } from './support.ts';

let root: TestCA;
let intermediate: TestCA;
let leaf: Issued;
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => unhandled.push(reason);

beforeAll(async () => {
  root = await createCA();
  intermediate = await root.intermediate();
  leaf = await intermediate.issue({
    names: ['localhost'],
    authorityInfoAccess: { caIssuers: ['http://ca.test/1', 'http://ca.test/2'], ocsp: 'http://ocsp.test/' },
    crlDistributionPoints: ['http://crl.test/'],
  });
});

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', onUnhandled);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(async () => {
  // Nothing is left that would wake up, and no promise of which nobody takes care.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  await new Promise(resolve => setTimeout(resolve, 0));
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
});

/** A promise that nobody settles, until it is told to. */
function silence<T>(): { readonly promise: Promise<T>; answer(value: T): void; fail(error: unknown): void } {
  let answer: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    [answer, fail] = [resolve, reject];
  });
  return { promise, answer, fail };
}

/** A verification under way, and what became of it. */
function verifying(options: Partial<VerifierOptions>, chain: readonly Uint8Array[] = leaf.chain) {
  const verifier = createCertificateVerifier({ provider: noble, trust: { roots: root.certificate }, ...options });
  const state: { verdict?: VerifiedPeer | TlsError } = {};
  const done = Promise.resolve(verifier.verify({ role: 'server', name: 'localhost', chain })).then(
    peer => {
      state.verdict = peer;
    },
    error => {
      state.verdict = error;
    },
  );
  return { state, done };
}

const after = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe('fetchIssuers', () => {
  it('has ten seconds, and is told when they are over', async () => {
    const signals: AbortSignal[] = [];
    const { state } = verifying(
      {
        fetchIssuers: ({ signal }) => {
          signals.push(signal);
          return silence<Uint8Array>().promise;
        },
      },
      [leaf.certificate],
    );
    await after(9999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await after(1);
    // The next address has its own time.
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(state.verdict).toBeUndefined();
    await after(10_000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(state.verdict).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    const said = deadBranches(state.verdict).map(({ message }) => message);
    expect(said[0]).toContain('http://ca.test/1: there was no answer within 10000 ms (fetchTimeout)');
    expect(said[1]).toContain('http://ca.test/2: there was no answer within 10000 ms (fetchTimeout)');
  });

  it('is asked at the next place when the first is silent, and may answer at the last moment', async () => {
    const second = silence<Uint8Array>();
    const signals: AbortSignal[] = [];
    const { state } = verifying(
      {
        fetchTimeout: 50,
        fetchIssuers: ({ url, signal }) => {
          signals.push(signal);
          return url.endsWith('1') ? silence<Uint8Array>().promise : second.promise;
        },
      },
      [leaf.certificate],
    );
    await after(50);
    await after(49);
    second.answer(intermediate.certificate);
    await after(0);
    expect(state.verdict).toMatchObject({ verified: true });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('may fail after its time, when nobody listens any more', async () => {
    const { promise, fail } = silence<Uint8Array>();
    const { state } = verifying({ fetchTimeout: 5, fetchIssuers: () => promise }, [leaf.certificate]);
    await after(10);
    expect(state.verdict).toBeInstanceOf(TlsError);
    fail(new Error('late'));
  });

  it('may answer at once: no timer is set', () => {
    const { verify } = createCertificateVerifier({
      provider: noble,
      trust: { roots: root.certificate },
      fetchIssuers: () => intermediate.certificate,
    });
    expect(verify({ role: 'server', name: 'localhost', chain: [leaf.certificate] })).toMatchObject({ verified: true });
    expect(vi.getTimerCount()).toBe(0);
  });
});

const policy = (checker: RevocationChecker, unknown: 'accept' | 'refuse') => ({
  revocation: { by: [checker], unknown, scope: 'leaf' as const },
});
const silentOcsp = (signals: AbortSignal[], options: Partial<OcspOptions> = {}) =>
  ocsp({
    provider: noble,
    fetch: ({ signal }) => {
      signals.push(signal);
      return silence<Uint8Array>().promise;
    },
    ...options,
  });
const silentCrls = (signals: AbortSignal[], options: CrlCheckerOptions = {}) =>
  crls({
    fetch: (_url, _size, signal) => {
      signals.push(signal);
      return silence<Uint8Array>().promise;
    },
    ...options,
  });

describe('revocation', () => {
  it.each([
    ['OCSP', silentOcsp],
    ['CRLs', silentCrls],
  ] as const)('by %s: who is silent for ten seconds knows nothing', async (_, make) => {
    for (const unknown of ['accept', 'refuse'] as const) {
      const signals: AbortSignal[] = [];
      const { state } = verifying(policy(make(signals), unknown));
      await after(9999);
      expect(state.verdict).toBeUndefined();
      await after(1);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
      const said = 'no answer within 10000 ms (fetchTimeout)';
      if (unknown === 'refuse') {
        expect(state.verdict).toMatchObject({ code: 'ERR_TLS_CERT_STATUS_UNKNOWN' });
        expect((state.verdict as TlsError).message).toContain(said);
      } else {
        const [report] = (state.verdict as VerifiedPeer).revocation;
        expect(report).toMatchObject({ status: 'unknown', why: [{ message: expect.stringContaining(said) }] });
      }
    }
  });

  it.each([
    ['OCSP', silentOcsp],
    ['CRLs', silentCrls],
  ] as const)('by %s: as long as it is told', async (_, make) => {
    const { state } = verifying(policy(make([], { fetchTimeout: 20 }), 'accept'));
    await after(19);
    expect(state.verdict).toBeUndefined();
    await after(1);
    expect(state.verdict).toMatchObject({ verified: true });
  });

  it('by a CRL that several wait for: one request, one bound', async () => {
    const signals: AbortSignal[] = [];
    const checker = silentCrls(signals);
    const first = verifying(policy(checker, 'refuse'));
    await after(4000);
    const second = verifying(policy(checker, 'refuse'));
    await after(6000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    for (const { state } of [first, second]) {
      expect(state.verdict).toMatchObject({ code: 'ERR_TLS_CERT_STATUS_UNKNOWN' });
    }
  });
});

describe('a verification', () => {
  const error = { code: 'ERR_TLS_CERT_WORK_LIMIT', alert: 'certificate_unknown' };
  const told = 'the verification took longer than 30000 ms (timeout)';

  it('takes thirty seconds at most, whoever is silent, and nobody is asked behind it', async () => {
    const asked: string[] = [];
    const late = silence<{ status: 'unknown' }>();
    const checker = (id: string): RevocationChecker => ({
      name: id,
      id,
      check: () => {
        asked.push(id);
        return late.promise;
      },
    });
    const { state } = verifying({ revocation: { by: [checker('one'), checker('two')] } });
    await after(29_999);
    expect(state.verdict).toBeUndefined();
    await after(1);
    expect(state.verdict).toMatchObject({ ...error, message: told });
    late.answer({ status: 'unknown' });
    await after(0);
    expect(asked).toEqual(['one']);
  });

  it('by a provider that is silent, or fails too late', async () => {
    const late = silence<boolean>();
    const provider = {
      ...noble,
      importPublicKey: (spki: Uint8Array) => ({ ...noble.importPublicKey(spki), verify: () => late.promise }),
    };
    const { state } = verifying({ provider, timeout: 100 });
    await after(100);
    expect(state.verdict).toMatchObject({ ...error, message: told.replace('30000', '100') });
    late.fail(new Error('late'));
  });

  it('with a cache, too; whoever is asked for issuers is told that nobody waits any more', async () => {
    const signals: AbortSignal[] = [];
    const late = silence<Uint8Array>();
    const fetchIssuers: VerifierOptions['fetchIssuers'] = ({ signal }) => {
      signals.push(signal);
      return late.promise;
    };
    const { state } = verifying({ cache: 10, fetchIssuers, fetchTimeout: 1000, timeout: 10 }, [leaf.certificate]);
    await after(9);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await after(1);
    expect(state.verdict).toMatchObject({ ...error, message: told.replace('30000', '10') });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    late.fail(new Error('late'));
  });

  it.each([
    ['OCSP', silentOcsp],
    ['CRLs', silentCrls],
  ] as const)('by %s: who is asked is told that nobody waits any more', async (_, make) => {
    const signals: AbortSignal[] = [];
    const { state } = verifying({ ...policy(make(signals), 'accept'), timeout: 10 });
    await after(9);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await after(1);
    expect(state.verdict).toMatchObject({ ...error, message: told.replace('30000', '10') });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('by a checker of the caller’s own: it is told, unless it has answered', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const answers = [silence<{ status: 'unknown' }>(), silence<{ status: 'unknown' }>()] as const;
    const by = answers.map(({ promise }, i) => ({
      name: `${i}`,
      id: `${i}`,
      check: ({ signal }: RevocationQuestion) => {
        signals.push(signal);
        return promise;
      },
    }));
    verifying({ revocation: { by }, timeout: 10 });
    await after(5);
    answers[0].answer({ status: 'unknown' });
    await after(5);
    expect(signals.map(signal => signal?.aborted)).toEqual([false, true]);
  });

  it('leaves the CRL to others that wait for it; the last of them ends the request', async () => {
    const signals: AbortSignal[] = [];
    const checker = silentCrls(signals);
    const aborted = () => signals.map(signal => signal.aborted);
    const options = { ...policy(checker, 'refuse'), timeout: 100 };
    const first = verifying(options);
    await after(60);
    const second = verifying(options);
    await after(40);
    expect(first.state.verdict).toMatchObject(error);
    expect(second.state.verdict).toBeUndefined();
    // Whoever comes now waits for the same.
    const third = verifying({ ...options, timeout: 50 });
    await after(50);
    expect(third.state.verdict).toMatchObject(error);
    expect(aborted()).toEqual([false]);
    await after(10);
    expect(second.state.verdict).toMatchObject(error);
    expect(aborted()).toEqual([true]);
    // What was given up is not waited for: it is asked for again.
    verifying(options);
    expect(aborted()).toEqual([true, false]);
    await after(100);
    expect(aborted()).toEqual([true, true]);
  });

  it('that needs less time leaves no timer', async () => {
    const answer = Promise.resolve({ status: 'unknown' } as const);
    const { state, done } = verifying({ revocation: { by: [{ name: 'x', id: 'x', check: () => answer }] } });
    await done;
    expect(state.verdict).toMatchObject({ verified: true });
  });
});

describe('a time', () => {
  const base = { provider: noble };
  const fetch = () => new Uint8Array();
  const options: readonly (readonly [string, (value: never) => unknown])[] = [
    [
      'fetchTimeout',
      value =>
        createCertificateVerifier({
          ...base,
          trust: { roots: root.certificate },
          fetchIssuers: fetch,
          fetchTimeout: value,
        }),
    ],
    ['timeout', value => createCertificateVerifier({ ...base, trust: { roots: root.certificate }, timeout: value })],
    ['ocsp.fetchTimeout', value => ocsp({ ...base, fetch, fetchTimeout: value })],
    ['crls: fetchTimeout', value => crls({ fetch, fetchTimeout: value })],
  ];

  it.each(options)('%s is a number of milliseconds', (name, make) => {
    for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '10', null]) {
      const error = thrown(() => make(value as never));
      expect(error).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION' });
      expect(error.message).toContain(`${name} is a number of milliseconds from 1 to 2147483647`);
    }
    make((2 ** 31 - 1) as never);
  });
});
