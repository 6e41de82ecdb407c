/** Faults of handshake messages: they are made where a version's flow says what to send. */
import { suggestion, UsageError } from '@tlskit/cli-kit';
import type { Effect } from '@tlskit/tls-handshake';
import {
  decodeMessage,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
  HandshakeType,
  isHelloRetryRequest,
  type ServerHello,
  serverHello,
} from '@tlskit/tls-messages';
import { type AlertName, CookieKeys, errorTable, type TicketIssuer, TlsError } from 'tlskit';
import { tls12, tls13 } from 'tlskit/node';
import { stapleNames } from '../bad/staples.ts';
import { oneOf } from '../options/one-of.ts';
import type { EffectChange, Fault } from './fault.ts';

type Send = Extract<Effect, { readonly op: 'send' }>;

const { server_hello, encrypted_extensions, certificate, compressed_certificate, certificate_verify, finished } =
  HandshakeType.values;
const { new_session_ticket } = HandshakeType.values;

/** Does something with each message of a type, HelloRetryRequests left alone. */
function each(type: number, change: (send: Send) => readonly Effect[]): () => EffectChange {
  return () => effect => (isSend(effect, type) && !isRetry(effect) ? change(effect) : effect);
}

/** A certificate is one in compressed form too (RFC 8879). */
function isSend(effect: Effect, type: number): effect is Send {
  if (effect.op !== 'send') return false;
  const [sent] = effect.raw;
  return sent === type || (type === certificate && sent === compressed_certificate);
}

function isRetry({ raw }: Send): boolean {
  return raw[0] === server_hello && isHelloRetryRequest(decodeMessage(serverHello, raw));
}

function withServerHello(change: (hello: ServerHello) => ServerHello): () => EffectChange {
  return each(server_hello, send => [
    { ...send, raw: encodeMessage(serverHello, change(decodeMessage(serverHello, send.raw))) },
  ]);
}

/** The last byte is another. */
function flipped(type: number): () => EffectChange {
  return each(type, send => {
    const raw = send.raw.slice();
    raw[raw.length - 1] = (raw.at(-1) as number) ^ 1;
    return [{ ...send, raw }];
  });
}

/** By IANA's name. @throws UsageError */
function messageType(option: string, text: string): number {
  const type = HandshakeType.valueOf(underscored(text));
  if (type !== undefined) return type;
  const known = Object.keys(HandshakeType.values);
  throw new UsageError(`${option}: no message is called ${JSON.stringify(text)}${suggestion(text, known)}`);
}

/** Names of hosts have no underscores. */
function underscored(text: string): string {
  return text.toLowerCase().replaceAll('-', '_');
}

/** The parts of an argument, wherever it stood. */
const SEPARATOR = /[@,]|--/;

/** Every alert that an error of the library's may have. */
const alertNames: readonly string[] = [
  ...new Set(Object.values(errorTable).flatMap(({ alert }) => (typeof alert === 'string' ? [alert] : []))),
];

export const handshakeFaults = {
  stall: {
    about: 'Before the message MSG the server falls silent, and stays there. A right client has a time limit.',
    verdict: 'refuse',
    alerts: [],
    argument: ['@MSG', 'certificate'],
    create(text) {
      const type = messageType('stall@MSG', text);
      const promise = new Promise<never>(() => {});
      return { effects: each(type, () => [{ op: 'wait', promise, discard: () => {} }]) };
    },
  },
  hrr: {
    about: 'Every client is asked to say hello again, with a cookie. That is allowed.',
    verdict: 'accept',
    alerts: [],
    create: () => ({
      options: provider => ({ statelessRetry: { cookies: new CookieKeys({ provider, now: Date.now }), always: true } }),
    }),
  },
  'double-hrr': {
    about: 'A second HelloRetryRequest comes in place of the ServerHello (RFC 9846 §4.2.4).',
    verdict: 'refuse',
    alerts: ['unexpected_message'],
    create: () => ({
      options: provider => ({ statelessRetry: { cookies: new CookieKeys({ provider, now: Date.now }), always: true } }),
      effects: () => {
        let retry: Uint8Array | undefined;
        return effect => {
          if (!isSend(effect, server_hello)) return effect;
          if (isRetry(effect)) retry = effect.raw;
          return retry === undefined ? effect : { ...effect, raw: retry };
        };
      },
    }),
  },
  'downgrade-sentinel': {
    about: 'TLS 1.2 is chosen, by a server that says that it knows better (RFC 9846 §4.2.3).',
    verdict: 'refuse',
    alerts: ['illegal_parameter'],
    create: () => ({
      options: () => ({ versions: [tls12] }),
      effects: withServerHello(hello => {
        const random = hello.random.slice();
        random.set(Buffer.from('DOWNGRD\x01', 'latin1'), 24);
        return { ...hello, random };
      }),
    }),
  },
  'wrong-suite': {
    about: 'The cipher suite that is chosen, TLS_SM4_GCM_SM3, was not offered.',
    verdict: 'refuse',
    alerts: ['illegal_parameter'],
    create: () => ({ effects: withServerHello(hello => ({ ...hello, cipher_suite: 0x00c6 })) }),
  },
  'wrong-group': {
    about: 'The share is of a group, curveSM2, that was not offered.',
    verdict: 'refuse',
    alerts: ['illegal_parameter'],
    create: () => ({
      options: () => ({ versions: [tls13] }),
      effects: withServerHello(hello => ({
        ...hello,
        extensions: hello.extensions.map(extension => {
          if (extension.extension_type !== ExtensionType.values.key_share) return extension;
          const extension_data = extension.extension_data.slice();
          extension_data.set([0x00, 0x29]);
          return { ...extension, extension_data };
        }),
      })),
    }),
  },
  'unsolicited-ext': {
    about: 'There is an extension that the client did not ask for (RFC 9846 §4.3).',
    verdict: 'refuse',
    alerts: ['unsupported_extension'],
    create: () => ({
      options: () => ({ versions: [tls13] }),
      effects: each(encrypted_extensions, send => {
        const { extensions } = decodeMessage(encryptedExtensions, send.raw);
        const more = { extension_type: 0xfe00, extension_data: new Uint8Array(0) };
        return [{ ...send, raw: encodeMessage(encryptedExtensions, { extensions: [...extensions, more] }) }];
      }),
    }),
  },
  'bad-certverify': {
    about: "The signature in CertificateVerify is another: it is not the certificate's owner who speaks.",
    verdict: 'refuse',
    alerts: ['decrypt_error'],
    create: () => ({ options: () => ({ versions: [tls13] }), effects: flipped(certificate_verify) }),
  },
  'missing-certverify': {
    about: 'There is a certificate, and no CertificateVerify.',
    verdict: 'refuse',
    alerts: ['unexpected_message'],
    create: () => ({ options: () => ({ versions: [tls13] }), effects: each(certificate_verify, () => []) }),
  },
  'bad-finished': {
    about: 'The MAC in Finished is another: somebody has changed the handshake.',
    verdict: 'refuse',
    alerts: ['decrypt_error'],
    create: () => ({ effects: flipped(finished) }),
  },
  reorder: {
    about: 'The message A comes behind the message B.',
    verdict: 'refuse',
    alerts: ['unexpected_message'],
    argument: ['=A,B', 'certificate,certificate_verify'],
    create(text) {
      const [first = '', second = '', ...more] = text.split(SEPARATOR);
      if (more.length > 0) throw new UsageError('reorder=A,B has two messages');
      const [a, b] = [messageType('reorder', first), messageType('reorder', second)];
      return {
        effects: () => {
          let held: Send | undefined;
          return effect => {
            if (isSend(effect, a)) {
              held = effect;
              return undefined;
            }
            if (!isSend(effect, b) || held === undefined) return effect;
            return [effect, held];
          };
        },
      };
    },
  },
  'key-update-flood': {
    about:
      'A thousand KeyUpdates come in a row, each of which asks for another. A client may have enough of them some time.',
    verdict: 'either',
    alerts: ['unexpected_message', 'internal_error'],
    create: () => ({
      begin(socket) {
        if (socket.info?.protocol !== 'TLSv1.3') return;
        for (let count = 0; count < 1000; count++) socket.updateKeys({ requestPeer: true });
      },
    }),
  },
  alert: {
    about: 'In place of the message MSG comes the fatal alert NAME. A right client ends, and says nothing more.',
    verdict: 'refuse',
    alerts: [],
    argument: ['=NAME@MSG', 'handshake_failure@server_hello'],
    create(text) {
      const [name = '', message = 'server_hello'] = text.split(SEPARATOR);
      const alert = alertNames.find((known): known is AlertName => known === underscored(name));
      if (alert === undefined) {
        throw new UsageError(`alert: none is called ${JSON.stringify(name)}${suggestion(name, alertNames)}`);
      }
      return {
        effects: each(messageType('alert=NAME@MSG', message), () => {
          throw new TlsError('ERR_TLS_REFUSED', 'as the fault has it', { alert });
        }),
      };
    },
  },
  'bad-binder': {
    about:
      'The server finds the binder of every ticket that comes back wrong (RFC 9846 §4.3.11.2), says decrypt_error, and ends. A client comes back without the ticket, if at all; who never comes back sees nothing.',
    verdict: 'either',
    alerts: [],
    create: () => ({ options: (_, { tickets }) => ({ tickets: tickets && withOtherKeys(tickets) }) }),
  },
  'ticket-lifetime': {
    alias: 'lifetime',
    about:
      'Tickets say that they live for T, seconds or such as 8d, where seven days are the most (RFC 9846 §4.7.1). A client may take note, and no more.',
    verdict: 'accept',
    alerts: [],
    argument: ['=T', '8d'],
    create(text) {
      const seconds = secondsIn(text);
      return {
        effects: each(new_session_ticket, send => {
          const raw = send.raw.slice();
          new DataView(raw.buffer).setUint32(4, seconds);
          return [{ ...send, raw }];
        }),
      };
    },
  },
  'ticket-garbage': {
    alias: 'garbage',
    about: 'Tickets are of random bytes: who comes back with one gets a full handshake.',
    verdict: 'accept',
    alerts: [],
    create: () => ({
      options: provider => ({ tickets: { issue: () => provider.random(100), redeem: () => undefined } }),
    }),
  },
  'ticket-none': {
    alias: 'none',
    about: 'There are no tickets.',
    verdict: 'accept',
    alerts: [],
    create: () => ({ options: () => ({ tickets: false }) }),
  },
  'ticket-flood': {
    alias: 'flood',
    about: 'There are 255 tickets: a client keeps as many as it likes.',
    verdict: 'accept',
    alerts: [],
    create: () => ({ options: () => ({ ticketCount: 255 }) }),
  },
  ocsp: {
    about: `The OCSP response that is stapled, for clients that ask, is KIND: ${stapleNames.join(', ')}. Who asks for none sees nothing.`,
    verdict: 'either',
    alerts: ['bad_certificate_status_response', 'certificate_revoked'],
    argument: ['=KIND', 'revoked'],
    create(text) {
      return { staple: oneOf('ocsp=KIND', text, stapleNames) };
    },
  },
} as const satisfies Readonly<Record<string, Fault>>;

/** What is redeemed has another key than what was issued. */
function withOtherKeys(tickets: TicketIssuer): TicketIssuer {
  return {
    issue: session => tickets.issue(session),
    async redeem(ticket) {
      const session = await tickets.redeem(ticket);
      return session && { ...session, psk: session.psk.map(byte => byte ^ 1) };
    },
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** @throws UsageError */
function secondsIn(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,10})([smhd]?)$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNITS[unit] as number);
  if (digits !== '' && seconds < 2 ** 32) return seconds;
  throw new UsageError(`ticket-lifetime=T is seconds, or such as 8d, not ${JSON.stringify(text)}`);
}
