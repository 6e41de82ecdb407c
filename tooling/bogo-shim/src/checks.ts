/** What the flags expect of a connection. A check that fails throws: the test has failed, whatever the runner thinks of it. */
import { readFileSync } from 'node:fs';
import type { Connected, EarlyDataRefusal } from '@tlskit/tls-handshake';
import { certificateAuthoritiesRow, findExtension, signedCertificateTimestampRow } from '@tlskit/tls-messages';
import type { ClientSession } from '@tlskit/tls-session';
import { encode, equalBytes, toHex } from '@tlskit/tls-wire';
import { loadCertificates } from '@tlskit/tls-x509';
import type { ShimCredential } from './certificates.ts';
import type { Observer } from './observer.ts';
import { selectedPsk } from './psk.ts';
import type { Settings } from './settings.ts';

/** A flag expected something else. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
}

/** After the handshake. */
export function checkHandshake(
  settings: Settings,
  connected: Connected,
  observer: Observer,
  credential: ShimCredential | undefined,
  again: boolean,
): void {
  if (settings.handshakeNeverDone) throw new Unexpected('the handshake was completed');
  const { server } = settings;
  same('version', settings.expectVersion, connected.version);
  same('cipher suite', settings.expectCipher, connected.cipherSuite.code);
  same('cipher suite', settings.expectCipherAes, connected.cipherSuite.code);
  // Nor has a session of TLS 1.2 a group.
  if (connected.version === 0x0304 || !connected.resumed) same('group', settings.expectGroup, connected.group);
  // A resumed connection has no signature.
  const peerScheme = server ? connected.clientSignatureScheme : connected.signatureScheme;
  if (!connected.resumed) same('signature scheme', settings.expectPeerScheme, peerScheme);
  if (connected.resumed !== (again && !settings.expectSessionMiss)) {
    throw new Unexpected(`the connection was${connected.resumed ? '' : ' not'} resumed`);
  }
  if (settings.expectHrr && !connected.helloRetry) throw new Unexpected('there was no HelloRetryRequest');
  if (settings.expectNoHrr && connected.helloRetry) throw new Unexpected('there was a HelloRetryRequest');
  if (settings.expectServerName !== undefined) equal('server name', settings.expectServerName, connected.serverName);
  if (settings.expectNoServerName) equal('server name', undefined, connected.serverName);
  equal('protocol', (server ? settings.selectAlpn : settings.expectAlpn) || undefined, connected.alpn);
  if (settings.expectAdvertisedAlpn !== '') {
    equal('list of protocols', settings.expectAdvertisedAlpn, observer.advertisedAlpn);
  }
  if (settings.expectPeerVerifySchemes.length > 0) {
    equal("peer's schemes", settings.expectPeerVerifySchemes.join(), observer.peerSchemes.join());
  }
  if (settings.expectSelectedCredential !== undefined) {
    equal(
      'credential',
      settings.expectSelectedCredential,
      selectedPsk(settings, connected) ?? credential?.number ?? -1,
    );
  }
  checkEarlyData(settings, connected, again);
  checkCertificates(settings, connected.peerCertificates, connected.pskIdentity !== undefined);
  checkDetails(settings, connected);
  check12(settings, connected, again);
  checkClientCas(settings, observer);
  checkClientTypes(settings, observer);
}

/** What holds of a connection while its early data is on its way: all of it is the session's. */
export function checkOffer(settings: Settings, session: ClientSession): void {
  if (settings.expectNoOfferEarlyData) throw new Unexpected('early data was offered');
  same('version', settings.expectVersion, session.version);
  same('cipher suite', settings.expectCipher, session.cipherSuite);
  equal('protocol', settings.expectAlpn || undefined, session.alpn);
  checkCertificates(settings, session.peerCertificates, session.externalPsk !== undefined);
}

/** What only TLS 1.2 settles; TLS 1.3 has all of it always. */
function check12(settings: Settings, { tls12 }: Connected, again: boolean): void {
  const { expectExtendedMasterSecret, expectSecureRenegotiation, expectNoSecureRenegotiation } = settings;
  if (expectExtendedMasterSecret && tls12?.extendedMasterSecret === false) {
    throw new Unexpected('there is no extended master secret');
  }
  const secure = tls12?.secureRenegotiation !== false;
  if (expectSecureRenegotiation && !secure) throw new Unexpected('the peer has no secure renegotiation');
  if (expectNoSecureRenegotiation && secure) throw new Unexpected('the peer has secure renegotiation');
  if (again) return;
  const named = tls12 !== undefined && tls12.sessionId.length > 0;
  if (settings.expectSessionId && !named) throw new Unexpected('the session has no ID');
  if (settings.expectNoSessionId && named) throw new Unexpected('the session has an ID');
}

/** At the end: how often another handshake took the place of the first. */
export function checkRenegotiations({ expectRenegotiations }: Settings, count: number): void {
  if (expectRenegotiations !== count)
    throw new Unexpected(`renegotiations: expected ${expectRenegotiations}, got ${count}`);
}

/** Before the connection is closed: whether there is a session to come back to. */
export function checkSession(settings: Settings, session: ClientSession | undefined, connected: Connected): void {
  const across = session?.acrossNames === true;
  if (settings.expectAcrossNames && !across) throw new Unexpected('the session is for one name');
  if (settings.expectNotAcrossNames && across) throw new Unexpected('the session is for other names too');
  if (settings.server) return;
  if (connected.version < 0x0304) {
    if (settings.expectNoSession && session !== undefined) throw new Unexpected('a session was given');
    if (!settings.expectNoSession && !connected.resumed && session === undefined) {
      throw new Unexpected('a session was not given');
    }
    return;
  }
  const expected = !settings.expectNoSession && !settings.shimShutsDown;
  if (expected !== (session !== undefined)) {
    throw new Unexpected(`a session was${session === undefined ? ' not' : ''} given`);
  }
  if (session !== undefined && settings.expectTicketSupportsEarlyData !== session.maxEarlyData > 0) {
    throw new Unexpected(`the session takes ${session.maxEarlyData} bytes of early data`);
  }
}

/**
 * A session of TLS 1.2 that resumes is given again: by a new ticket, or by the name that it has.
 * @param given by the first handshake of the connection
 * @param offered in it
 */
export function checkRenewal(
  { server, expectTicketRenewal }: Settings,
  given: ClientSession | undefined,
  offered: ClientSession | undefined,
  { version, resumed }: Connected,
): void {
  if (server || version >= 0x0304 || !resumed || given === undefined || offered === undefined) return;
  const renewed = !equalBytes(given.ticket, offered.ticket);
  if (renewed !== expectTicketRenewal) throw new Unexpected(`the ticket was${renewed ? '' : ' not'} renewed`);
}

/** When all is over. */
export function checkTrace(settings: Settings, observer: Observer): void {
  if (settings.expectMessages !== undefined && settings.expectMessages !== observer.trace) {
    throw new Unexpected(`the messages should have been\n${settings.expectMessages}and were\n${observer.trace}`);
  }
}

/** BoringSSL's reasons, and what they are here. Who offers none has no reason here: it is the caller who can tell. */
const reasons: Readonly<Record<string, readonly (EarlyDataRefusal | 'accepted' | undefined)[]>> = {
  accept: ['accepted'],
  // Who offers none, or is offered none, has nothing to refuse.
  disabled: ['disabled', undefined],
  no_session_offered: [undefined],
  peer_declined: ['declined'],
  session_not_resumed: ['not-resumed'],
  hello_retry_request: ['hello-retry'],
  alpn_mismatch: ['alpn', undefined],
  unsupported_for_session: ['session', undefined],
  ticket_age_skew: ['ticket-age'],
  protocol_version: [undefined],
};

function checkEarlyData(settings: Settings, { earlyData, ticketAgeSkew }: Connected, again: boolean): void {
  const { expectAcceptEarlyData, expectRejectEarlyData, expectEarlyDataReason, expectTicketAgeSkew } = settings;
  if (expectAcceptEarlyData && !earlyData?.accepted) throw new Unexpected('early data was not accepted');
  if (expectRejectEarlyData && earlyData?.accepted) throw new Unexpected('early data was accepted');
  if (again && expectTicketAgeSkew !== 0) equal('skew of the ticket age', expectTicketAgeSkew * 1000, ticketAgeSkew);
  if (expectEarlyDataReason === undefined) return;
  const reason = earlyData?.accepted ? 'accepted' : earlyData?.refusal;
  if (!reasons[expectEarlyDataReason]?.includes(reason)) {
    throw new Unexpected(`reason for early data: expected ${expectEarlyDataReason}, got ${reason}`);
  }
}

/** @param byKey whether a pre-shared key stands for certificates */
function checkCertificates(settings: Settings, peerCertificates: readonly Uint8Array[], byKey: boolean): void {
  const file = settings.expectPeerCertFile;
  if (file !== undefined) {
    const expected = loadCertificates(readFileSync(file));
    const alike =
      expected.length === peerCertificates.length &&
      expected.every((certificate, i) => equalBytes(certificate, peerCertificates[i] as Uint8Array));
    if (!alike) throw new Unexpected('the peer sent other certificates');
  }
  const expected = !settings.server || settings.requireClientCert;
  if (settings.expectNoPeerCert === peerCertificates.length > 0 && (settings.expectNoPeerCert || expected) && !byKey) {
    throw new Unexpected(`the peer sent ${peerCertificates.length} certificates`);
  }
}

/** What stands beside the peer's certificate, and what it is. */
function checkDetails(settings: Settings, { peerCertificateDetails: details }: Connected): void {
  const { expectOcsp, expectTimestamps, expectPeerType, expectPeerKey } = settings;
  const timestamps = details?.scts && encode(signedCertificateTimestampRow.in.CT, { sct_list: details.scts });
  if (expectOcsp !== undefined) equal('OCSP response', toHex(expectOcsp), details?.ocsp && toHex(details.ocsp));
  if (expectTimestamps !== undefined) equal('timestamps', toHex(expectTimestamps), timestamps && toHex(timestamps));
  if (expectPeerType !== undefined) equal('type of certificate', expectPeerType, details?.certificateType);
  // Which key it is, the judge of certificates has seen.
  if (expectPeerKey !== undefined) equal('type of certificate', 2, details?.certificateType);
}

function checkClientCas({ expectClientCas }: Settings, observer: Observer): void {
  if (expectClientCas === undefined) return;
  const found = findExtension(observer.certificateRequest?.extensions ?? [], certificateAuthoritiesRow, 'CR');
  const authorities = found?.authorities ?? observer.certificateRequest12?.certificate_authorities ?? [];
  equal('list of authorities', expectClientCas, authorities.map(toHex).join());
}

function checkClientTypes({ expectCertificateTypes }: Settings, { certificateRequest12: request }: Observer): void {
  if (expectCertificateTypes === undefined) return;
  equal('list of types', expectCertificateTypes.join(), request?.certificate_types.join());
}

/** Zero expects nothing. */
function same(what: string, expected: number, got: number | undefined): void {
  if (expected !== 0) equal(what, expected, got);
}

function equal(what: string, expected: string | number | undefined, got: string | number | undefined): void {
  if (expected !== got) throw new Unexpected(`${what}: expected ${expected}, got ${got}`);
}
