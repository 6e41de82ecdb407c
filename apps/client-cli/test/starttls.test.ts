import { accept, connect } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { Deadline } from '../src/deadline.ts';
import { dial } from '../src/dial/dial.ts';
import { dialFailure } from '../src/dial/error.ts';
import type { StartTlsName } from '../src/dial/starttls/starttls.ts';
import { failure, gone, never, route } from './dial-support.ts';
import { type Fault, play, servers, type Turn } from './starttls-servers.ts';
import { ca, deferred, localhost, stopTheClock, tcpServer } from './support.ts';

const protocols = Object.keys(servers) as StartTlsName[];
const { certificate, key } = localhost.pem;

/** The turns of all servers of which something is true. */
function turnsWith(is: (turn: Turn) => boolean): readonly (readonly [StartTlsName, number, Turn])[] {
  return protocols.flatMap(protocol =>
    servers[protocol].flatMap((turn, at) => (is(turn) ? [[protocol, at, turn] as const] : [])),
  );
}

/** A server that does wrong at a turn, and what comes of it. */
async function meet(protocol: StartTlsName, faultAt: number, fault: Fault, timeout?: number) {
  const left = deferred<Buffer>();
  const port = await tcpServer(socket => {
    const after: Buffer[] = [];
    const wrong: Fault = (own, turn) => {
      own.on('data', bytes => after.push(bytes));
      void gone(own).then(() => left.resolve(Buffer.concat(after)));
      fault(own, turn);
    };
    play(socket, servers[protocol], { fault: wrong, faultAt, done: () => left.resolve(Buffer.from('done')) });
  });
  const deadline = new Deadline(timeout, never);
  const error = await failure(route(`localhost:${port}`, '--starttls', protocol), deadline.signal);
  deadline.clear();
  // The connection is gone, and nothing was said on it any more; only for MySQL's last word nobody waits.
  const after = (await left.promise).toString('hex');
  expect(after).toMatch(protocol === 'mysql' && faultAt === 0 ? /^(?:20000001[0-9a-f]{64})?$/ : /^$/);
  expect(error.step).toBe('starttls');
  return { error, failure: dialFailure(error, deadline) };
}

describe.each(protocols)('%s', protocol => {
  it('begins TLS, and both sides hear each other under it', async () => {
    const port = await tcpServer(socket => {
      play(socket, servers[protocol], {
        done: early => {
          // There is one protocol whose client need not wait.
          expect(protocol === 'mysql' ? 0 : early.length).toBe(0);
          if (early.length > 0) socket.unshift(early);
          const secure = accept(socket, { certificate, key });
          secure.on('error', () => {}).end('220 hello again');
          secure.resume();
        },
      });
    });
    const heard: string[] = [];
    const to = route(`localhost:${port}`, '--starttls', protocol.toUpperCase());
    const { transport, times } = await dial(to, never, (direction, bytes) => heard.push(`${direction} ${bytes}`));
    expect(times.startTls).toBeGreaterThan(0);
    expect(heard.some(each => each.startsWith('out '))).toBe(true);
    const socket = connect({ transport, servername: 'localhost', trust: { roots: [ca.pem] } });
    let data = '';
    for await (const chunk of socket) data += chunk;
    expect(data).toBe('220 hello again');
  });

  it('begins TLS with a server that says one byte at a time', async () => {
    const port = await tcpServer(socket => {
      const dribble = (says: string | Buffer): Turn['says'] => {
        for (const byte of Buffer.from(says)) socket.write(Uint8Array.of(byte));
        return '';
      };
      socket.setNoDelay(true);
      // What is said is said in `hears`' place: a turn of its own that says nothing.
      const turns = servers[protocol].map(turn => ({
        ...turn,
        get says() {
          return dribble(turn.says);
        },
      }));
      play(socket, turns, { done: () => {} });
    });
    const { transport } = await dial(route(`localhost:${port}`, '--starttls', protocol), never);
    transport.destroy();
  });

  it('takes nothing that comes before TLS, in plain text', async () => {
    const turns = servers[protocol];
    // Where nothing answers the client's last word, what is too much comes behind what was said before.
    const last = turns.findLastIndex(({ says }) => says.length > 0);
    const { error, failure: told } = await meet(protocol, last, (socket, { says }) => {
      socket.write(Buffer.concat([Buffer.from(says), Buffer.from('* evil')]));
    });
    expect(error).toMatchObject({ code: 'ERR_STARTTLS_EARLY_DATA' });
    expect(error.message).toBe(`${protocol}: the server says more before TLS than its answer: 6 bytes in plain text`);
    expect(told.outcome).toBe('starttls');
  });
});

const all = turnsWith(turn => turn.says.length > 0);

it.each(all)('%s at turn %i: an end is told', async (protocol, at) => {
  const { error } = await meet(protocol, at, socket => socket.end());
  expect(error).toMatchObject({ code: 'ERR_STARTTLS_CLOSED' });
  expect(error.message).toBe(`${protocol}: the server closed the connection`);
});

// At the very beginning it may come before TCP knows that it stands.
it.each(all.filter(([, , { hears }]) => hears !== undefined))(
  '%s at turn %i: a reset is told',
  async (protocol, at) => {
    const { error } = await meet(protocol, at, socket => socket.resetAndDestroy());
    expect(error).toMatchObject({ code: 'ERR_STARTTLS_CLOSED' });
    expect(error.message).toContain('ECONNRESET');
  },
);

it.each(all)('%s at turn %i: an end in the middle of an answer is told, with what came', async (protocol, at) => {
  const { error } = await meet(protocol, at, (socket, { says }) => socket.end(Buffer.from(says).subarray(0, -1)));
  expect(error).toMatchObject({ code: 'ERR_STARTTLS_CLOSED' });
});

it.each(all)('%s at turn %i: silence is a timeout', async (protocol, at) => {
  const pass = stopTheClock();
  const { failure: told } = await meet(protocol, at, () => pass(200), 200);
  expect(told).toEqual({ outcome: 'timeout', code: 'ETIMEDOUT', message: 'no answer to STARTTLS within 0.2 s' });
});

it.each(all)('%s at turn %i: what is none of the protocol is no answer', async (protocol, at) => {
  const { error } = await meet(protocol, at, socket => socket.write('\x1b[31m<html>\r\n\x15\x03\x01\r\n'));
  expect(error.code).toBe('ERR_STARTTLS_MALFORMED');
  expect(error.message).not.toContain('\x1b');
});

it.each(all)('%s at turn %i: what does not end is not read for ever', async (protocol, at) => {
  const { error } = await meet(protocol, at, flood(Buffer.alloc(16_384, '0')));
  expect(error.code).toMatch(/^ERR_STARTTLS_(TOO_LONG|MALFORMED)$/);
});

it.each(turnsWith(turn => turn.endless !== undefined))(
  '%s at turn %i: lines without end are too many',
  async (protocol, at, turn) => {
    const { error } = await meet(protocol, at, flood(Buffer.from((turn.endless as string).repeat(1000))));
    expect(error).toMatchObject({ code: 'ERR_STARTTLS_TOO_LONG' });
    expect(error.message).toBe(`${protocol}: the server says too much: more than 65536 bytes`);
  },
);

it.each(turnsWith(turn => turn.refusal !== undefined))('%s at turn %i: a no is told', async (protocol, at, turn) => {
  const [says, told] = turn.refusal as [string | Buffer, string];
  const { error, failure: shown } = await meet(protocol, at, socket => socket.write(says));
  expect(error).toMatchObject({ code: 'ERR_STARTTLS_REFUSED' });
  expect(error.message).toContain(told);
  expect(shown).toMatchObject({ outcome: 'starttls', code: 'ERR_STARTTLS_REFUSED' });
});

it.each(turnsWith(turn => turn.without !== undefined))(
  '%s at turn %i: what is not offered is not asked for',
  async (protocol, at, turn) => {
    const { error } = await meet(protocol, at, socket => socket.write(turn.without as string | Buffer));
    expect(error).toMatchObject({ code: 'ERR_STARTTLS_NOT_OFFERED' });
  },
);

function flood(chunk: Buffer): Fault {
  return socket => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
  };
}
