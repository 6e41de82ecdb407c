/** RFC 9846 §4.7: what comes after the handshake. */

import {
  applicationKeys,
  authentication,
  clientAuth,
  driver,
  extensionRules,
  keyUpdateDebt,
  postHandshake,
  postHandshakeAuth,
  pskClient,
  pskOffer,
  server13,
  session,
  test,
  tickets,
} from '../files.ts';
import { held, like, type Rows } from '../row.ts';

const unexpected = driver.without('if (def === undefined) {', 'if (false) {');

export const newSessionTicket: Rows = {
  '4.7.1:1': held(
    'a client that does not resume ignores tickets',
    postHandshake.code('const ignoredTicket'),
    postHandshake.without('|| tickets >= maxTickets', ''),
    postHandshake.without(
      '(keeps !== undefined && tickets < maxTickets ? newSessionTicket : ignoredTicket)',
      'newSessionTicket',
    ),
    test.resumption.test('are kept up to a number, however many come'),
    { kind: 'test', file: 'packages/tls-engine/test/tickets.test.ts', title: 'of tickets beyond maxTickets' },
    test.postHandshake.test('is ignored beyond a number, and does no harm with extensions that nobody knows'),
  ),
  '4.7.1:2': held(
    'a ticket is for suites of the same hash',
    pskOffer.code('const hashes = new Set(suites'),
    pskOffer.without(
      'session !== undefined && hashes.has(cipherSuiteInfo(session.cipherSuite)?.hash)',
      'session !== undefined',
    ),
    test.resumption.test('where the client has no suite of the hash'),
    test.resumption.test('under another suite of the same hash'),
  ),
  '4.7.1:3': held(
    'a client resumes for the name that it verified',
    session.code('export function isUsableFor'),
    session.without('session.serverName === serverName &&', ''),
    session.without('session.peerName === peerName &&', ''),
    test.resumption.test('for another name'),
    test.resumption.test('where another name is expected'),
    test.session.test('compares the names beside'),
  ),
  '4.7.1:4': held(
    'the name that is reported is that of this ClientHello',
    server13.code('serverName: hello.serverName'),
    test.resumption.test('once, without certificates, with the identity of before'),
  ),
  '4.7.1:5': held(
    'a server gives tickets for seven days at most',
    tickets.code('remainingLifetime(authenticatedAt, issuedAt)'),
    tickets.without('Math.min(wanted, remainingLifetime(authenticatedAt, issuedAt), good)', 'wanted'),
    test.resumption.test('are two that live two hours, unless somebody says otherwise'),
  ),
  '4.7.1:6': held(
    'a client uses them for seven days at most',
    pskClient.code('remainingLifetime(peer.authenticatedAt, now)'),
    pskClient.without(
      'Math.min(ticket.ticket_lifetime, remainingLifetime(peer.authenticatedAt, now))',
      'ticket.ticket_lifetime',
    ),
    test.postHandshake.test('lives seven days at the most, and not at all with a lifetime of zero'),
  ),
  '4.7.1:7': held(
    'each ticket has a ticket_age_add of its own',
    tickets.code('uint32(config.random(4))'),
    tickets.without('uint32(config.random(4))', '0'),
    test.resumption.test('come as many as configured'),
  ),
  '4.7.1:8': held(
    'extensions that a client does not know are ignored',
    extensionRules.code('if (row === undefined) return;'),
    extensionRules.without('if (row === undefined) return;', "if (row === undefined) throw illegal('unknown');"),
    test.postHandshake.test('is ignored beyond a number, and does no harm with extensions that nobody knows'),
  ),
};

export const laterAuthentication: Rows = {
  '4.7.2:1': held(
    'a client that is asked answers',
    postHandshakeAuth.code('*answer('),
    postHandshakeAuth.without(
      'for (const message of flight) yield*',
      'for (const message of [] as Uint8Array[]) yield*',
    ),
  ),
  '4.7.2:2': held(
    'with Certificate, CertificateVerify and Finished',
    postHandshakeAuth.code('*#answer('),
    postHandshakeAuth.without('flight.push(encodeMessage(finished', 'void (encodeMessage(finished'),
  ),
  '4.7.2:3': held(
    'or with an empty Certificate and Finished',
    authentication.code('export function* sendNoCertificate'),
    clientAuth.without(
      'if (chosen === undefined) yield* sendNoCertificate(context);',
      'if (chosen === undefined) return undefined;',
    ),
  ),
  '4.7.2:4': held(
    'with nothing between them',
    postHandshake.code("state === 'CONNECTED' ? [keyUpdate] : []"),
    postHandshake.without("state === 'CONNECTED' ? [keyUpdate] : []", '[keyUpdate]'),
  ),
  '4.7.2:5': held(
    'a client that did not offer it: unexpected_message',
    postHandshake.code('export function* clientPostHandshake'),
    unexpected,
    test.postHandshake.test('post-handshake authentication that was not offered is unexpected'),
  ),
  '4.7.2:6': held(
    'a server waits for the answer, whatever else comes',
    postHandshakeAuth.code('get messages()'),
    postHandshakeAuth.without(
      'this.#waiting.size > 0 ? [certificate] : []',
      'this.#waiting.size === 1 ? [certificate] : []',
    ),
  ),
};

export const keyUpdates: Rows = {
  '4.7.3:1': held(
    'a KeyUpdate before Finished is unexpected_message',
    driver.code('#nextMessage('),
    unexpected,
    test.postHandshake.test('before the handshake is complete is unexpected'),
  ),
  '4.7.3:2': held(
    'who has sent one goes on under the next keys',
    applicationKeys.code('*update('),
    applicationKeys.without("yield* install(this.#c.suite, 'write', 'application', this.#write);", ''),
    test.postHandshake.test('changes one direction'),
  ),
  '4.7.3:3': held(
    'who has received one reads under the next keys',
    applicationKeys.code('*updated('),
    applicationKeys.without("yield* install(this.#c.suite, 'read', 'application', this.#read);", ''),
    test.postHandshake.test('changes one direction'),
    test.records.test('under the old keys after a KeyUpdate are not authentic'),
  ),
  '4.7.3:4': held(
    'another request_update than 0 and 1 is an illegal_parameter',
    applicationKeys.code('request_update is'),
    applicationKeys.without('request !== update_not_requested && request !== update_requested'),
    test.postHandshake.test('of another value is illegal'),
  ),
  '4.7.3:5': held(
    'a request is answered before the next data',
    keyUpdateDebt.code('export class KeyUpdateDebt'),
    keyUpdateDebt.without('requested && !this.#endsWithAnswer', 'false'),
    test.postHandshake.test('that asks for one is answered'),
    test.postHandshake.test('that asks several times of a silent peer is answered once'),
  ),
  '4.7.3:6': held(
    'who waits for an answer does not ask again',
    applicationKeys.code('const ask = requestPeer && !this.#requested'),
    applicationKeys.without('requestPeer && !this.#requested', 'requestPeer'),
    test.postHandshake.test('does not ask again before the peer has answered'),
  ),
  '4.7.3:7': like('4.7.3:2', 'a KeyUpdate is under the old keys'),
  '4.7.3:8': held(
    'before it has come nothing is taken under the new ones',
    applicationKeys.code('*updated('),
    applicationKeys.without("yield* install(this.#c.suite, 'read', 'application', this.#read);", ''),
    test.records.test('under the old keys after a KeyUpdate are not authentic'),
  ),
  '4.7.3:9': held(
    'a sender does not go beyond epoch 2^48-1',
    applicationKeys.code('this.#writeGeneration >= 2 ** 48 - 1'),
    applicationKeys.without('this.#writeGeneration >= 2 ** 48 - 1'),
  ),
  '4.7.3:10': held(
    'a receiver does not hold a peer to that',
    applicationKeys.code('*updated('),
    applicationKeys.without(
      'this.#readGeneration++;',
      "if (this.#readGeneration++ >= 2 ** 48 - 1) throw illegal('too many');",
    ),
    test.postHandshake.test('goes through many generations'),
  ),
  '4.7.3:11': held(
    'nor for the sake of an answer',
    applicationKeys.code('this.#writeGeneration >= 2 ** 48 - 1'),
    applicationKeys.without('this.#writeGeneration >= 2 ** 48 - 1'),
  ),
};
