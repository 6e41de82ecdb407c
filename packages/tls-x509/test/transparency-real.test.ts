import { fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { loadCertificates, type VerifiedPeer } from '../src/index.ts';
import { parseLogList, requireTransparency } from '../src/transparency/index.ts';
import { judge, TlsError, thrown } from './support.ts';
import {
  testAuthority,
  testEmbedded,
  testLogKey,
  testPlain,
  testPlainSct,
  webAuthority,
  webCertificate,
  webLogs,
} from './transparency-vectors.ts';

describe('a certificate of the web', () => {
  const judged = (time: string) =>
    judge(
      {
        trust: { roots: webAuthority },
        transparency: requireTransparency(parsed),
        time: () => new Date(time),
      },
      { chain: loadCertificates(webCertificate), name: 'cryptography.io' },
    );
  const { logs } = parseLogList(webLogs);
  const parsed = { logs };

  it('was logged by two', () => {
    const peer = judged('2018-10-15T12:00:00Z') as VerifiedPeer;
    expect(peer.transparency).toEqual({
      satisfied: true,
      scts: [
        {
          delivery: 'embedded',
          status: 'valid',
          log: { description: "Google 'Icarus' log", operator: 'Google' },
          logId: '293c519654c83965baaa50fc5807d4b76fbf587a2972dca4c30cf4e54547f478',
          timestamp: 0x01_66_17_ab_4a_e9,
        },
        {
          delivery: 'embedded',
          status: 'valid',
          log: { description: "Sectigo 'Mammoth' CT log", operator: 'Sectigo' },
          logId: '6f5376ac31f03119d89900a45115ff77151c11d902c10029068db2089a37d913',
          timestamp: 0x01_66_17_ab_4b_70,
        },
      ],
    });
  });

  it('was not, before it was', () => {
    // The certificate is valid an hour before its SCTs were made.
    expect(judged('2018-09-26T20:30:00Z')).toMatchObject({
      code: 'ERR_TLS_CERT_TRANSPARENCY',
      message: expect.stringContaining("Google 'Icarus' log (embedded): it is of the future"),
    });
  });
});

describe('the test data of the first logs', () => {
  const trust = { roots: testAuthority };
  const algorithms = { minimumRsaBits: 1024, sha1: 'accept' } as const;
  const time = () => new Date('2014-01-01T00:00:00Z');
  const logs = [{ key: testLogKey, operator: 'test' }];
  const transparency = requireTransparency({ logs, minimum: 1 });
  const verdict = (certificate: string, scts: readonly Uint8Array[] = []) =>
    judge(
      { trust, profile: 'path', algorithms, time, transparency },
      { chain: loadCertificates(certificate), name: null, scts },
    );

  it('has an SCT in a certificate', () => {
    const peer = verdict(testEmbedded);
    if (peer instanceof TlsError) throw peer;
    expect(peer.transparency?.scts).toMatchObject([
      { delivery: 'embedded', status: 'valid', timestamp: Date.parse('2013-04-05T17:04:16.275Z') },
    ]);
  });

  it('has one beside a certificate', () => {
    const peer = verdict(testPlain, [fromHex(testPlainSct)]);
    if (peer instanceof TlsError) throw peer;
    expect(peer.transparency?.scts).toMatchObject([{ delivery: 'tls', status: 'valid' }]);
    expect(verdict(testPlain)).toMatchObject({ code: 'ERR_TLS_CERT_TRANSPARENCY' });
    expect(verdict(testEmbedded, [fromHex(testPlainSct)])).toMatchObject({
      transparency: { scts: [{ status: 'valid' }, { delivery: 'tls', status: 'invalid' }] },
    });
  });
});

describe('a list of logs', () => {
  it('has logs, their operators, states and intervals', () => {
    const list = parseLogList(webLogs);
    expect(list).toMatchObject({ version: '3.52', timestamp: Date.parse('2021-10-05T01:35:01Z') });
    expect(list.logs.map(({ description, operator, state, mmd }) => [description, operator, state, mmd])).toEqual([
      ["Google 'Icarus' log", 'Google', 'usable', 86_400],
      ["Sectigo 'Mammoth' CT log", 'Sectigo', 'usable', 86_400],
      ['Venafi log', 'Venafi', 'retired', 86_400],
      ["Let's Encrypt 'Oak2021' log", "Let's Encrypt", 'usable', 86_400],
    ]);
    expect(list.logs[2]?.since).toBe(Date.parse('2017-02-28T18:42:26Z'));
    expect(list.logs[3]?.interval).toEqual({ start: Date.UTC(2021, 0, 1), end: Date.UTC(2022, 0, 7) });
    expect(parseLogList(JSON.parse(webLogs))).toEqual(list);
  });

  const base = { log_id: 'AAAA', key: 'AAAA' };
  const timestamp = '2020-01-01T00:00:00Z';
  const withLogs = (...logs: object[]) => ({ operators: [{ name: 'one', logs }] });

  it('may have less, and more than is known', () => {
    expect(parseLogList({ operators: [] })).toEqual({ version: undefined, timestamp: undefined, logs: [] });
    const [log] = parseLogList(withLogs({ ...base, dns: 'x', log_type: 'test' })).logs;
    expect(log).toMatchObject({ operator: 'one', state: 'pending', previousOperators: [] });
    expect(parseLogList(withLogs({ ...base, state: { frozen: {} } })).logs[0]).toMatchObject({ state: 'pending' });
    const tiled = { name: 'two', tiled_logs: [{ ...base, submission_url: 'x', monitoring_url: 'y' }] };
    expect(parseLogList({ operators: [tiled] }).logs).toHaveLength(1);
    const previous_operators = [{ name: 'zero', end_time: '2020-01-01T00:00:00.5Z' }];
    expect(parseLogList(withLogs({ ...base, previous_operators })).logs[0]?.previousOperators).toEqual([
      { name: 'zero', until: Date.UTC(2020, 0, 1) + 500 },
    ]);
  });

  it.each([
    ['no JSON', '{'],
    ['text', '"logs"'],
    ['null', 'null'],
    ['an array', '[]'],
    ['a list without operators', '{}'],
    ['operators that are none', { operators: ['one'] }],
    ['an operator without a name', { operators: [{ logs: [] }] }],
    ['logs that are none', { operators: [{ name: 'one', logs: {} }] }],
    ['a log that is none', withLogs([])],
    ['a log without a key', withLogs({ log_id: 'AAAA' })],
    ['a log without an id', withLogs({ key: 'AAAA' })],
    ['a key that is no base64', withLogs({ ...base, key: '?' })],
    ['an empty key', withLogs({ ...base, key: '' })],
    ['two states', withLogs({ ...base, state: { usable: { timestamp }, retired: { timestamp } } })],
    ['no state of several', withLogs({ ...base, state: {} })],
    ['a state without a time', withLogs({ ...base, state: { retired: {} } })],
    ['a state as text', withLogs({ ...base, state: 'usable' })],
    ['a time in another form', withLogs({ ...base, state: { usable: { timestamp: '1.1.2020' } } })],
    ['a time that is none', withLogs({ ...base, state: { usable: { timestamp: '2020-13-01T00:00:00Z' } } })],
    [
      'an interval without an end',
      withLogs({ ...base, temporal_interval: { start_inclusive: '2020-01-01T00:00:00Z' } }),
    ],
    ['an mmd as text', withLogs({ ...base, mmd: '86400' })],
    ['a description that is none', withLogs({ ...base, description: 7 })],
    ['a previous operator without an end', withLogs({ ...base, previous_operators: [{ name: 'zero' }] })],
    ['a version that is none', { version: 3, operators: [] }],
    ['a time of its own that is none', { log_list_timestamp: 'now', operators: [] }],
    ['more logs than there are', withLogs(...Array(5001).fill(base))],
    ['more text than there is', `{"operators":[]}${' '.repeat(4 << 20)}`],
  ])('is refused: %s', (_, list) => {
    expect(thrown(() => parseLogList(list)).code).toBe('ERR_TLS_INVALID_OPTION');
  });
});
