/** RFC 5077: tickets. */
import {
  client12,
  server12,
  sessionChoice12,
  sessionKeep12,
  sessionOffer12,
  terms12,
  test,
  ticketKeys,
} from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

const uncheckedFinished = {
  kind: 'mutation',
  file: 'packages/tls-handshake12/src/finished.ts',
  find: '!constantTimeEqual(body.verify_data, expected)',
  replace: 'false',
} as const;

export const tickets: Rows = {
  '2:1': notApplicable('words in capitals mean what RFC 2119 says', 'the words of the RFC itself'),
  '3.2:1': held(
    'a client that wants a ticket asks by an empty extension',
    sessionOffer12.code('export function offerTicket'),
    sessionOffer12.without(
      'offered?.session.ticket ?? new Uint8Array(0)',
      'offered?.session.ticket ?? new Uint8Array(1)',
    ),
  ),
  '3.2:2': held(
    'a client that wants none has no such extension',
    sessionOffer12.code('export function offerTicket'),
    sessionOffer12.without('if (tls12?.sessionTickets === false) return [];', ''),
  ),
  '3.2:3': held(
    'a server that will give a ticket says so in its ServerHello',
    terms12.code('if (terms.ticket) answers.push'),
    terms12.without('if (terms.ticket) answers.push', 'if (false as boolean) answers.push'),
  ),
  '3.2:4': held(
    'and not to a client that did not ask; a client does not believe it then',
    sessionKeep12.code('export function planSession'),
    sessionKeep12.without('keeps && asks && tickets !== undefined', 'keeps && tickets !== undefined'),
  ),
  '3.3:1': held(
    'a ticket that was promised is sent, be it empty; a client waits for it',
    server12.code('function* sendTicket'),
    client12.code("recv('WAIT_NST', newSessionTicket12)"),
    server12.without('if (!plan.ticket) return;', 'if (plan.ticket || !plan.ticket) return;'),
    test.resumption12.test('a NewSessionTicket that was promised must come, and comes once'),
  ),
  '3.3:2': held(
    'one that was not promised is not sent, and not taken',
    server12.code('if (!plan.ticket) return;'),
    server12.without('if (!plan.ticket) return;', ''),
  ),
  '3.3:3': held(
    "a server gives a ticket when the client's Finished is verified, in a full handshake",
    server12.code(
      "yield* sendTicket(handshake, session);\n\n  // <-- [ChangeCipherSpec], Finished\n  const ours = yield* sendFinished('server', transcript, master, keys);\n  yield* cacheSession",
    ),
    uncheckedFinished,
  ),
  '3.3:4': held(
    "a client takes no ticket for good before the server's Finished is verified",
    client12.code('keepSession(config, facts, resumed)'),
    uncheckedFinished,
  ),
  '3.3:5': held(
    'a server does not take a new ticket for received: that of before is as good as it was',
    ticketKeys.code('A ticket may be redeemed as often as it comes'),
  ),
  '3.4:1': held(
    "with a ticket that it takes, a server repeats the client's session ID",
    sessionKeep12.code('sessionId: hello.legacy_session_id, ticket'),
    sessionKeep12.without('sessionId: hello.legacy_session_id, ticket', 'sessionId: new Uint8Array(0), ticket'),
  ),
  '3.4:2': held(
    'a ticket is good whatever the session ID is',
    sessionChoice12.code('function* lookUp'),
    sessionChoice12.without(
      'ticket !== undefined && ticket.length > 0',
      'ticket !== undefined && ticket.length > 0 && id.length === 32',
    ),
  ),
  '3.4:3': held(
    'with a ticket, the session ID is no name of a session',
    sessionChoice12.code('RFC 5077 §3.4: with a ticket, be it unknown, the ID is no name of a session.'),
    sessionChoice12.without(
      "return session && { session, by: 'ticket',",
      "if (session) return { session, by: 'ticket',",
    ),
  ),
  '4:1': held(
    'a client makes nothing of what a ticket is made of',
    sessionOffer12.without(
      'offered?.session.ticket ?? new Uint8Array(0)',
      'offered?.session.ticket.subarray(16) ?? new Uint8Array(0)',
    ),
    sessionOffer12.code('offered?.session.ticket ?? new Uint8Array(0)'),
  ),
  '5.2:1': held(
    'tickets are sealed by AES-256-GCM, under keys that rotate',
    ticketKeys.code("provider.aeads['aes-256-gcm']"),
    ticketKeys.without('...key.seal(nonce, name, plaintext))', 'plaintext, new Uint8Array(16))'),
    ticketKeys.without(
      'key.open(ticket.subarray(KEY_NAME, sealedAt), name, ticket.subarray(sealedAt))',
      'ticket.subarray(sealedAt, -16)',
    ),
    test.ticketKeys.test('redeems what it issued, as often as it comes, as long as it lives'),
    test.ticketKeys.test('shows nothing of the session, and never the same ticket twice'),
    test.ticketKeys.test('refuses every ticket with a bit changed, cut short, or of somebody else'),
  ),
  '5.7:1': notApplicable(
    'other ways to bring tickets to clients keep what is secret',
    'tickets go by NewSessionTicket alone',
  ),
  '5.7:2': like('5.2:1', 'tickets of another form are sealed as well'),
};
