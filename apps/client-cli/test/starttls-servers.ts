/** Servers of every protocol that begins TLS by STARTTLS, as far as that, and no further: written from the RFCs, not from our client. */
import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { StartTlsName } from '../src/dial/starttls/starttls.ts';

/** What a server says next, once it has heard what it expects. */
export interface Turn {
  /** What the client must have said before, exactly; undefined where the server speaks first. */
  readonly hears?: RegExp | Buffer;
  readonly says: string | Buffer;
  /** What it says to refuse, and which words of it the client tells; undefined where it cannot. */
  readonly refusal?: readonly [says: string | Buffer, told: string];
  /** What it says where it does not offer TLS. */
  readonly without?: string | Buffer;
  /** What does not end: a line for ever, or lines. */
  readonly endless?: string;
}

const crlf = (...lines: readonly string[]): string => lines.map(line => `${line}\r\n`).join('');

const smtpTurns = (hello: string): readonly Turn[] => [
  {
    says: crlf('220-mail.example greets', '220 ESMTP'),
    refusal: [crlf('554 no service'), '554 no service'],
    endless: '220-and\r\n',
  },
  {
    hears: new RegExp(`^${hello} \\[127\\.0\\.0\\.1\\]\r\n$`),
    says: crlf('250-mail.example', '250-SIZE 1000', '250-starttls', '250 HELP'),
    refusal: [crlf('502 what?'), '502 what?'],
    // The first line is no keyword.
    without: crlf('250-STARTTLS', '250 HELP'),
    endless: '250-X\r\n',
  },
  {
    hears: /^STARTTLS\r\n$/,
    says: crlf('220 Go ahead'),
    refusal: [crlf('454 TLS not available'), '454 TLS not available'],
  },
];

const stream =
  "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' id='a>b' version='1.0'>";
const streamError =
  "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";

const xmppTurns = (content: string): readonly Turn[] => [
  {
    hears: new RegExp(
      `^<\\?xml version='1.0'\\?><stream:stream xmlns='${content}' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>$`,
    ),
    says: `${stream}\n<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms><starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"><required/></starttls></stream:features>`,
    refusal: [stream + streamError, 'host-unknown'],
    // Somewhere within something else it is no offer.
    without: `${stream}<stream:features><x><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></x></stream:features>`,
    endless: `${stream}<stream:features>${'<a/>'.repeat(2000)}<stream:features>`,
  },
  {
    hears: /^<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'\/>$/,
    says: "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    refusal: ["<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>", '<failure'],
  },
];

/** BER by hand: an LDAPMessage with an ExtendedResponse. */
function ldapResponse(result: number, diagnostic: string, id = 1): Buffer {
  const operation = Buffer.concat([
    Buffer.of(0x0a, 1, result, 0x04, 0, 0x04, diagnostic.length),
    Buffer.from(diagnostic),
  ]);
  const message = Buffer.concat([Buffer.of(0x02, 1, id, 0x78, operation.length), operation]);
  // A length of the long form, as some servers have it always.
  return Buffer.concat([Buffer.of(0x30, 0x84, 0, 0, 0, message.length), message]);
}

function mysqlPacket(body: Buffer): Buffer {
  return Buffer.concat([Buffer.of(body.length, 0, 0, 0), body]);
}

function mysqlGreeting(capabilities: number): Buffer {
  const lower = Buffer.alloc(2);
  lower.writeUInt16LE(capabilities);
  return mysqlPacket(
    Buffer.concat([
      Buffer.of(10),
      Buffer.from('8.0.36\0'),
      Buffer.of(1, 0, 0, 0),
      Buffer.from('12345678\0'),
      lower,
      Buffer.of(45, 2, 0, 0xff, 0xc1, 21),
      Buffer.alloc(10),
      Buffer.from('123456789012\0caching_sha2_password\0'),
    ]),
  );
}

/** What each server says and hears, in the protocol's order. */
export const servers: Readonly<Record<StartTlsName, readonly Turn[]>> = {
  smtp: smtpTurns('EHLO'),
  lmtp: smtpTurns('LHLO'),
  imap: [
    {
      says: crlf('* OK [CAPABILITY IMAP4rev1] ready'),
      refusal: [crlf('* BYE full'), '* BYE full'],
    },
    {
      hears: /^a1 CAPABILITY\r\n$/,
      says: crlf('* CAPABILITY IMAP4rev1 StartTLS LOGINDISABLED', 'a1 OK done'),
      refusal: [crlf('a1 BAD what?'), 'a1 BAD what?'],
      without: crlf('* CAPABILITY IMAP4rev1', '* NO STARTTLS', 'a1 OK STARTTLS'),
      endless: '* CAPABILITY IMAP4rev1\r\n',
    },
    {
      hears: /^a2 STARTTLS\r\n$/,
      says: crlf('* 3 EXISTS', 'a2 OK go'),
      refusal: [crlf('a2 NO not today'), 'a2 NO not today'],
    },
  ],
  pop3: [
    { says: crlf('+OK <1@mail.example>'), refusal: [crlf('-ERR full'), '-ERR full'] },
    {
      hears: /^CAPA\r\n$/,
      says: crlf('+OK', 'USER', 'STLS', '.'),
      without: crlf('+OK', 'USER', 'SASL STLS', '.'),
      endless: '+OK\r\n'.repeat(3),
    },
    { hears: /^STLS\r\n$/, says: crlf('+OK Begin'), refusal: [crlf('-ERR no'), '-ERR no'] },
  ],
  ftp: [
    {
      says: crlf('120 in a minute', '220-welcome', 'whatever', '  220 is not the end', '220 ready'),
      refusal: [crlf('421 too many'), '421 too many'],
      endless: '220-and\r\n',
    },
    {
      hears: /^AUTH TLS\r\n$/,
      says: crlf('234 AUTH TLS successful'),
      refusal: [crlf('504 no such thing'), '504 no such thing'],
    },
  ],
  ldap: [
    {
      hears: Buffer.from('301d02010177188016312e332e362e312e342e312e313436362e3230303337', 'hex'),
      says: ldapResponse(0, ''),
      refusal: [ldapResponse(52, 'no certificate'), 'unavailable: no certificate'],
    },
  ],
  xmpp: xmppTurns('jabber:client'),
  'xmpp-server': xmppTurns('jabber:server'),
  postgres: [{ hears: Buffer.from('0000000804d2162f', 'hex'), says: 'S', refusal: ['N', 'has no TLS'] }],
  mysql: [
    {
      says: mysqlGreeting(0xffff),
      refusal: [
        mysqlPacket(Buffer.from('\xff\x10\x04#08004Too many connections', 'latin1')),
        '1040 Too many connections',
      ],
      without: mysqlGreeting(0xffff & ~0x800),
    },
    {
      hears: Buffer.from(`20000001008a0800000000012d${'00'.repeat(23)}`, 'hex'),
      says: '',
    },
  ],
  nntp: [
    { says: crlf('201 no posting'), refusal: [crlf('400 later'), '400 later'] },
    {
      hears: /^CAPABILITIES\r\n$/,
      says: crlf('101 list', 'VERSION 2', 'STARTTLS', '.'),
      without: crlf('101 list', 'VERSION 2', '.'),
      endless: '101 list\r\n',
    },
    {
      hears: /^STARTTLS\r\n$/,
      says: crlf('382 go'),
      refusal: [crlf('580 cannot'), '580 cannot'],
    },
  ],
  sieve: [
    {
      says: crlf('"IMPLEMENTATION" {12}', 'OK\r\n"STARTTLS', '"SASL" ""', '"STARTTLS"', 'OK "ready"').replace(
        '{12}',
        '{13+}',
      ),
      refusal: [crlf('BYE "full"'), 'BYE'],
      without: crlf('"IMPLEMENTATION" "STARTTLS"', 'OK'),
      endless: '"X" "Y"\r\n',
    },
    { hears: /^STARTTLS\r\n$/, says: crlf('OK'), refusal: [crlf('NO (TRYLATER) "busy"'), 'NO (TRYLATER)'] },
  ],
};

/** What a server does in place of what it should. */
export type Fault = (socket: Socket, turn: Turn) => void;

/**
 * Plays the server's turns. What it hears must be exactly what it expects before it says the next thing: more would be a client that
 * does not wait.
 * @param faultAt the turn whose words the fault is in place of
 * @param done what comes when all is said
 */
export function play(
  socket: Socket,
  turns: readonly Turn[],
  {
    fault,
    faultAt,
    done,
  }: { readonly fault?: Fault; readonly faultAt?: number; readonly done: (early: Buffer) => void },
): void {
  let heard = Buffer.alloc(0);
  let at = 0;
  const step = (): void => {
    for (let turn = turns[at]; turn !== undefined; turn = turns[at]) {
      if (turn.hears !== undefined) {
        const length = heardLength(turn.hears, heard);
        if (length === 0) return;
        heard = heard.subarray(length);
      }
      const here = at++;
      if (here === faultAt) {
        socket.off('data', onData).resume();
        fault?.(socket, turn);
        return;
      }
      if (turn.says.length > 0) socket.write(turn.says);
    }
    socket.pause();
    socket.off('data', onData);
    done(heard);
  };
  const onData = (bytes: Buffer): void => {
    heard = Buffer.concat([heard, bytes]);
    step();
  };
  socket.on('data', onData);
  step();
}

/** How much of what was heard is what the server expects; 0 where it is not all there, or is something else. */
function heardLength(expected: RegExp | Buffer, heard: Buffer): number {
  if (Buffer.isBuffer(expected)) return heard.subarray(0, expected.length).equals(expected) ? expected.length : 0;
  return expected.test(heard.toString()) ? heard.length : 0;
}
