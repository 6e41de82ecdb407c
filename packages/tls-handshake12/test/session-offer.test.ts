/** The client's side of resumption: which sessions it offers, and which answers of the server it takes (RFC 5246, 5077, 7627). */
import type { ClientConfig, ClientConfig12, Parameters } from '@tlskit/tls-handshake';
import { findExtension, makeExtension, sessionTicketRow, truncatedHmacRow } from '@tlskit/tls-messages';
import type { ClientSession } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import { type OfferedSession, offerSession, offerTicket, resumedParameters, resumes } from '../src/session-offer.ts';
import {
  clientConfig,
  clientSession,
  id,
  isWiped,
  masterSecret,
  NOTHING,
  OTHER_SUITE,
  SECOND,
  START,
  serverHello,
  TLS13,
  thrown,
} from './session-support.ts';

const ticket = Uint8Array.of(1, 2, 3);
const byTicket = { ticket, sessionId: NOTHING };

function offer(session: Partial<ClientSession> = {}, config: Partial<ClientConfig> = {}): OfferedSession {
  const offered = offerSession(clientConfig({ session: clientSession(session), ...config }));
  if (offered === undefined) throw new Error('nothing is offered');
  return offered;
}

function ticketOf(offered: OfferedSession | undefined, tls12?: ClientConfig12) {
  return findExtension(offerTicket(clientConfig({ tls12 }), offered), sessionTicketRow, 'CH');
}

describe('a client offers', () => {
  it('a session by its ID, and asks for a ticket', () => {
    const offered = offer();
    expect(offered.sessionId).toEqual(id());
    expect(ticketOf(offered)).toEqual(NOTHING);
  });

  it('a session by its ticket, with an ID that is new each time (RFC 5077 §3.4)', () => {
    const [first, second] = [offer(byTicket), offer(byTicket)];
    expect([first.sessionId.length, second.sessionId.length]).toEqual([32, 32]);
    expect(first.sessionId).not.toEqual(second.sessionId);
    expect(ticketOf(first)).toEqual(ticket);
  });

  it('a copy of the master secret, which is wiped alone', () => {
    for (const psk of [masterSecret(), Buffer.from(masterSecret())]) {
      const offered = offer({ psk });
      expect(offered.masterSecret).toEqual(masterSecret());
      offered.wipe();
      expect([isWiped(offered.masterSecret), isWiped(psk)]).toEqual([true, false]);
    }
    expect(offer().session).not.toHaveProperty('psk');
  });

  it('an empty ticket where it has none and wants one [5077:3.2:1]', () => {
    expect(ticketOf(undefined)).toEqual(NOTHING);
  });

  it('no session_ticket where it wants none [5077:3.2:2]', () => {
    expect(offerTicket(clientConfig({ tls12: { sessionTickets: false } }), undefined)).toEqual([]);
    expect(offerTicket(clientConfig({ tls12: { sessionTickets: false } }), offer())).toEqual([]);
  });

  const legacy = { tls12: { resumeWithoutExtendedMasterSecret: true } };
  it('a session without extended_master_secret only where it was told to', () => {
    expect(offer({ extendedMasterSecret: false }, legacy).session.extendedMasterSecret).toBe(false);
  });

  it('a session of short records and MACs to who still wants them', () => {
    const limits = { maxFragmentLength: 512, truncatedHmac: true } as const;
    expect(offer(limits, { maxFragmentLength: 512, tls12: { truncatedHmac: true } }).session).toMatchObject(limits);
    // What the server did not go along with does not keep anybody from asking again.
    expect(offer({}, { maxFragmentLength: 512, tls12: { truncatedHmac: true } }).session.truncatedHmac).toBeUndefined();
  });

  const cases: [what: string, session: Partial<ClientSession>, config?: Partial<ClientConfig>][] = [
    ['of TLS 1.3', { version: TLS13 }],
    ['of a suite that is not offered [5246:7.4.1.2:3]', {}, { cipherSuites: [OTHER_SUITE] }],
    ['of a suite of TLS 1.3', { cipherSuite: 0x1301 }, { cipherSuites: [0x1301] }],
    ['that has expired', {}, { now: () => START + 7200 * SECOND }],
    ['whose server’s certificate has expired', { peerExpires: START }],
    ['of another trust policy', { trust: 'other' }],
    ['of another name', { serverName: 'other.example' }],
    ['of another name in the certificate', { peerName: 'other.example' }],
    ['whose key was wiped', { psk: new Uint8Array(48) }],
    ['whose key is no master secret', { psk: new Uint8Array(32).fill(1) }],
    ['without extended_master_secret', { extendedMasterSecret: false }],
    ['of which nothing says whether it has extended_master_secret', { extendedMasterSecret: undefined }],
    [
      'without extended_master_secret, which is required',
      { extendedMasterSecret: false },
      { tls12: { ...legacy.tls12, requireExtendedMasterSecret: true } },
    ],
    ['by a ticket, where it wants none', byTicket, { tls12: { sessionTickets: false } }],
    ['by a ticket that leaves no room in the hello', { ...byTicket, ticket: new Uint8Array(2 ** 15 + 1) }],
    ['without a name', { sessionId: NOTHING }],
    ['with an absent ID', { sessionId: undefined }],
    ['by an ID that is too long', { sessionId: id(1, 33) }],
    ['of records as short as are not wanted any more', { maxFragmentLength: 512 }],
    ['of records as short as are not wanted', { maxFragmentLength: 512 }, { maxFragmentLength: 1024 }],
    ['of MACs cut short, which are not wanted any more', { truncatedHmac: true }],
    ['that goes back to a key that we no longer have', { externalPsk: { identity: id(), fingerprint: id() } }],
  ];
  it.each(cases)('no session %s', (_what, session, config = {}) => {
    expect(offerSession(clientConfig({ session: clientSession(session), ...config }))).toBeUndefined();
  });

  it('a session that goes back to a key that we still have', () => {
    const externalPsk = { identity: id(2), fingerprint: id(3) };
    const config = clientConfig({ session: clientSession({ externalPsk }) });
    expect(offerSession(config, key => key === externalPsk)?.sessionId).toEqual(id());
  });

  it('leaves a session that it does not offer as it is: it may be of another version', () => {
    const session = clientSession({ version: TLS13 });
    offerSession(clientConfig({ session }));
    expect(session.psk).toEqual(masterSecret());
  });
});

describe('a server resumes', () => {
  const sent = { sessionId: id() };

  it('by repeating the ID that was sent', () => {
    expect(resumes(offer(), sent, serverHello(id()))).toBe(true);
    const other = offer(byTicket);
    expect(resumes(other, other, serverHello(other.sessionId))).toBe(true);
  });

  it.each([
    ['none', NOTHING],
    ['another', id(2)],
    ['its beginning', id(1, 31)],
  ])('not by %s', (_what, echo) => {
    expect(resumes(offer(), sent, serverHello(echo))).toBe(false);
  });

  it('not where no ID was sent', () => {
    expect(resumes(undefined, { sessionId: NOTHING }, serverHello(NOTHING))).toBe(false);
  });

  const without = { extensions: [] };
  const cases: [what: string, offered: OfferedSession | undefined, hello: Change, code: string, alert: string][] = [
    ['of an ID that was sent for middleboxes', undefined, {}, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter'],
    [
      'of an ID that is not the one that was sent',
      offer({ sessionId: id(2) }),
      {},
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    ['with another suite', offer(), { cipher_suite: OTHER_SUITE }, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter'],
    ['with another version', offer(), { legacy_version: 0x0302 }, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter'],
    [
      'without extended_master_secret, which it had [7627:5.3:6]',
      offer(),
      without,
      'ERR_TLS_EXTENDED_MASTER_SECRET',
      'handshake_failure',
    ],
    [
      'with extended_master_secret, which it had not [7627:5.3:5]',
      offer({ extendedMasterSecret: false }, { tls12: { resumeWithoutExtendedMasterSecret: true } }),
      {},
      'ERR_TLS_EXTENDED_MASTER_SECRET',
      'handshake_failure',
    ],
  ];
  it.each(cases)('no session %s', async (_what, offered, hello, code, alert) => {
    const error = await thrown(() => resumes(offered, sent, serverHello(id(), hello)));
    expect(error).toMatchObject({ code, alert });
  });

  it('a session without extended_master_secret, where neither speaks of it', () => {
    const offered = offer({ extendedMasterSecret: false }, { tls12: { resumeWithoutExtendedMasterSecret: true } });
    expect(resumes(offered, sent, serverHello(id(), without))).toBe(true);
  });
});

type Change = globalThis.Parameters<typeof serverHello>[1];

describe('a session that resumes', () => {
  const limited = offer(
    { maxFragmentLength: 512, truncatedHmac: true },
    { maxFragmentLength: 512, tls12: { truncatedHmac: true } },
  );
  const agreed: Parameters = { alpn: 'h2' };
  const hello = serverHello(id());
  const truncated = serverHello(id(), { extensions: [makeExtension(truncatedHmacRow, 'SH12', {})] });

  it('has records as short as before, whether the server says it again or not, and a protocol of its own', () => {
    expect(resumedParameters(limited, hello, agreed)).toEqual({ alpn: 'h2', maxFragmentLength: 512 });
    expect(resumedParameters(limited, truncated, { ...agreed, maxFragmentLength: 512 }).maxFragmentLength).toBe(512);
    expect(resumedParameters(offer(), hello, agreed)).toEqual({ alpn: 'h2', maxFragmentLength: undefined });
  });

  it('gives way to record_size_limit (RFC 8449 §5)', () => {
    const recordSizeLimit = { send: 100, receive: 200 };
    expect(resumedParameters(limited, hello, { ...agreed, recordSizeLimit })).toEqual({
      ...agreed,
      recordSizeLimit,
      maxFragmentLength: undefined,
    });
  });

  it.each([
    ['another length', limited, hello, { ...agreed, maxFragmentLength: 1024 }],
    ['a length where it had none', offer(), hello, { ...agreed, maxFragmentLength: 512 }],
    ['MACs cut short where they were not', offer(), truncated, agreed],
  ] as const)('has not %s', async (_what, offered, message, parameters) => {
    const error = await thrown(() => resumedParameters(offered, message, parameters));
    expect(error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });
});
