/** How many tickets there are: as a client asks for (RFC 9149), as a server gives, as a client keeps; and issuers that fail. */
import { ExtensionType, makeExtension, newSessionTicket, ticketRequestRow } from '@tlskit/tls-messages';
import { type TicketIssuer, TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import { offering, replacing } from './rewriting.ts';
import { clientConfig, type Pair, pair, provider, pump, serverConfig } from './support.ts';

const tickets = new TicketKeys({ provider, now: serverConfig.now });

function meet(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig> = {}): Pair {
  const ends = pair(client, { tickets, ...server });
  pump(ends);
  expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
  return ends;
}

const sessionsOf = ({ client }: Pair) => client.events.flatMap(e => (e.type === 'session' ? [e.session] : []));

/** Tickets that the server says it sends, that both know of, and that come. */
function counts(ends: Pair): readonly (number | undefined)[] {
  const { client, server } = ends;
  return [client.connected?.expectedTickets, server.connected?.expectedTickets, sessionsOf(ends).length];
}

describe('a request for tickets (RFC 9149)', () => {
  const ticketRequest = { newSession: 3, resumption: 1 };

  it('is granted for new sessions and for resumed ones', () => {
    const first = meet({ ticketRequest }, { ticketCount: 5 });
    expect(counts(first)).toEqual([3, 3, 3]);
    const again = meet({ ticketRequest, session: sessionsOf(first)[0] }, { ticketCount: 5 });
    expect(again.client.connected?.resumed).toBe(true);
    expect(counts(again)).toEqual([1, 1, 1]);
  });

  it('gets no more than everybody', () => {
    expect(counts(meet({ ticketRequest }))).toEqual([2, 2, 2]);
    expect(counts(meet({ ticketRequest }, { ticketCount: 0 }))).toEqual([0, 0, 0]);
    expect(counts(meet({ ticketRequest: { newSession: 0, resumption: 0 } }))).toEqual([0, 0, 0]);
  });

  it('is answered only where there are tickets, and only where it is made', () => {
    expect(counts(meet({ ticketRequest }, { tickets: undefined }))).toEqual([undefined, undefined, 0]);
    expect(counts(meet({}))).toEqual([undefined, undefined, 2]);
    expect(counts(meet({ ticketRequest, pskModes: [0] }))).toEqual([0, 0, 0]);
  });

  it('stays the same after a HelloRetryRequest, or the client is refused', () => {
    expect(counts(meet({ ticketRequest }, { ticketCount: 9, groups: [0x0018] }))).toEqual([3, 3, 3]);
    const changed = makeExtension(ticketRequestRow, 'CH', { new_session_count: 4, resumption_count: 1 });
    const versions = [offering((hello, which) => (which === 0 ? hello : replacing(hello, changed)))];
    const ends = pair({ ticketRequest, versions }, { tickets, groups: [0x0018] });
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it('that is malformed is a decode_error', () => {
    const malformed = { extension_type: ExtensionType.values.ticket_request, extension_data: Uint8Array.of(1) };
    const ends = pair({ versions: [offering(hello => replacing(hello, malformed))] }, { tickets });
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  });
});

it.each([0, 2])('of tickets beyond maxTickets, %i here, nothing is read', maxTickets => {
  const { handshake } = tls13;
  let sent = 0;
  // From the third on a ticket is nonsense.
  const versions = [
    {
      ...tls13,
      handshake: {
        ...handshake,
        *server(...[context, hello]: Parameters<typeof handshake.server>) {
          const connected = yield* handshake.server(context, hello);
          const flow = connected.postHandshake;
          const postHandshake = (function* (): typeof flow {
            let step = flow.next();
            for (;;) {
              const effect = step.value;
              const nonsense = effect.op === 'send' && effect.raw[0] === newSessionTicket.type && ++sent > maxTickets;
              const answer: unknown = yield nonsense ? { ...effect, raw: Uint8Array.of(4, 0, 0, 1, 0) } : effect;
              step = flow.next(answer);
            }
          })();
          return { ...connected, postHandshake };
        },
      },
    },
  ];
  const ends = meet({ limits: { ...clientConfig.limits, maxTickets } }, {
    versions,
    ticketCount: 6,
  } as Partial<ServerEngineConfig>);
  expect(sent).toBe(6);
  expect(sessionsOf(ends)).toHaveLength(maxTickets);
  ends.server.engine.write(Uint8Array.of(1));
  pump(ends);
  expect(ends.client.bytes).toEqual(Uint8Array.of(1));
});

describe('an issuer of tickets that fails', () => {
  const broken = new Error('the database is away');
  const throwing = () => {
    throw broken;
  };
  const rejecting = () => Promise.reject(broken);
  const settle = async (ends: Pair) => {
    for (let i = 0; i < 6; i++) {
      pump(ends);
      await new Promise(resolve => setImmediate(resolve));
    }
  };
  const failure = { type: 'failure', of: 'tickets', error: broken };

  it.each([throwing, rejecting])(
    'to take one back makes the handshake a full one, and the application hears of it',
    async redeem => {
      const [session] = sessionsOf(meet({}));
      const issuer: TicketIssuer = { issue: each => tickets.issue(each), redeem };
      const ends = pair({ session }, { tickets: issuer });
      await settle(ends);
      for (const end of [ends.client, ends.server]) {
        expect(end.error).toBeUndefined();
        expect(end.connected?.resumed).toBe(false);
      }
      expect(ends.server.events).toContainEqual(failure);
      expect(sessionsOf(ends)).toHaveLength(2);
    },
  );

  it.each([throwing, rejecting])('to make one makes none, and the connection stands', async issue => {
    const issuer: TicketIssuer = { issue, redeem: () => undefined };
    const ends = pair({}, { tickets: issuer });
    await settle(ends);
    expect(sessionsOf(ends)).toEqual([]);
    expect(ends.server.events.filter(event => event.type === 'failure')).toEqual([failure, failure]);
    ends.client.engine.write(Uint8Array.of(7));
    await settle(ends);
    expect(ends.server.bytes).toEqual(Uint8Array.of(7));
  });
});
