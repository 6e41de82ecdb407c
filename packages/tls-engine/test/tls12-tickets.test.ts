/** Tickets of TLS 1.2 on the wire (RFC 5077 §3): who promises one, who gives it, and what a server makes of it. */
import type { Effect } from '@tlskit/tls-handshake';
import {
  type ClientHello,
  findExtension,
  newSessionTicket12,
  type ServerHello,
  sessionTicketRow,
} from '@tlskit/tls-messages';
import { TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import { tls12 } from '../src/tls12.ts';
import { without } from './rewriting.ts';
import { pair, provider, pump, sends } from './support.ts';
import { answering12, connect12, GCM, misbehaving12, noError, saying12, sessionOf } from './support12.ts';

const only12 = { versions: [tls12], cipherSuites: [GCM] };

const { type } = sessionTicketRow;
const keys = () => new TicketKeys({ provider, now: () => Date.UTC(2026, 0, 1) });
const offered = ({ extensions }: ClientHello) => findExtension(extensions, sessionTicketRow, 'CH');
const promised = ({ extensions }: ServerHello) => extensions.some(one => one.extension_type === type);

/** A connection, and how many NewSessionTickets the server sent in it. */
function counted(...[client, server]: Parameters<typeof connect12>) {
  let given = 0;
  const versions = [
    misbehaving12('server', (effect: Effect) => {
      if (sends(effect, newSessionTicket12)) given++;
      return effect;
    }),
  ];
  const ends = connect12(client, { ...server, versions });
  return { ...ends, given };
}

describe('a client', () => {
  it('without a ticket asks for one by an empty extension, and with one shows it [5077:3.2:1]', () => {
    const tickets = keys();
    const first = connect12({}, { tickets });
    noError(first);
    expect(first.clientHellos.map(offered)).toEqual([new Uint8Array(0)]);
    const session = sessionOf(first.client);
    const ticket = session.ticket.slice();
    expect(connect12({ session }, { tickets }).clientHellos.map(offered)).toEqual([ticket]);
  });

  it('that wants none says nothing of them [5077:3.2:2]', () => {
    const ends = connect12({ tls12: { sessionTickets: false } }, { tickets: keys() });
    noError(ends);
    expect(ends.clientHellos.map(offered)).toEqual([undefined]);
  });

  it('gives a ticket back as it came, whatever it is made of [5077:4:1]', () => {
    for (const ticket of [Uint8Array.of(0), new Uint8Array(16).fill(0xff), new TextEncoder().encode('{"a":1}')]) {
      const tickets = { issue: () => ticket, redeem: () => undefined };
      const session = sessionOf(connect12({}, { tickets }).client);
      const ends = connect12({ session }, { tickets });
      noError(ends);
      expect(ends.clientHellos.map(offered)).toEqual([ticket]);
    }
  });
});

describe('a server', () => {
  it('promises a ticket to a client that asks for one, and gives it [5077:3.2:3] [5077:3.3:1]', () => {
    const tickets = keys();
    const first = counted({}, { tickets });
    noError(first);
    expect([first.serverHellos.map(promised), first.given]).toEqual([[true], 1]);
    const again = counted({ session: sessionOf(first.client) }, { tickets });
    noError(again);
    expect(again.server.connected?.resumed).toBe(true);
    expect([again.serverHellos.map(promised), again.given]).toEqual([[true], 1]);
  });

  it('promises none to a client that does not ask, and gives none [5077:3.2:4] [5077:3.3:2]', () => {
    const ends = counted({ tls12: { sessionTickets: false } }, { tickets: keys() });
    noError(ends);
    expect([ends.serverHellos.map(promised), ends.given]).toEqual([[false], 0]);
  });

  it('that gives one which it did not promise is not understood [5077:3.3:2]', () => {
    const versions = [answering12(hello => without(hello, type))];
    const ends = connect12({}, { tickets: keys(), versions });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
    expect(ends.client.events.filter(event => event.type === 'session')).toEqual([]);
  });

  it('that promises one which was not asked for is not believed [5077:3.2:4]', () => {
    const extension = { extension_type: type, extension_data: new Uint8Array(0) };
    const versions = [answering12(hello => ({ ...hello, extensions: [...hello.extensions, extension] }))];
    const ends = connect12({ tls12: { sessionTickets: false } }, { versions });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
  });

  it('takes the ticket of before where a new one may not have come [5077:3.3:5]', () => {
    const tickets = keys();
    const session = sessionOf(connect12({}, { tickets }).client);
    const copy = () => ({ ...session, psk: session.psk.slice() });
    // The server's flight, with the new ticket in it, is lost.
    const lost = pair({ ...only12, session: copy() }, { ...only12, tickets });
    let answers = 0;
    pump(lost, (from, bytes) => {
      if (from === 'client') return bytes;
      answers++;
      return new Uint8Array(0);
    });
    expect([answers, lost.server.connected]).toEqual([1, undefined]);
    const again = connect12({ session: copy() }, { tickets });
    noError(again);
    expect(again.server.connected?.resumed).toBe(true);
  });

  it('answers a ticket with the session ID that came with it, or with none [5077:3.4:1]', () => {
    const tickets = keys();
    const first = connect12({}, { tickets });
    for (const legacy_session_id of [undefined, new Uint8Array(0), new Uint8Array(7).fill(7)]) {
      const session = { ...sessionOf(first.client), psk: sessionOf(first.client).psk.slice() };
      const change = (hello: ClientHello) =>
        legacy_session_id === undefined ? hello : { ...hello, legacy_session_id };
      const ends = connect12({ session, ...saying12(change) }, { tickets });
      expect(ends.serverHellos[0]?.legacy_session_id_echo).toEqual(ends.clientHellos[0]?.legacy_session_id);
      expect(ends.serverHellos.map(promised)).toEqual([true]);
    }
  });
});
