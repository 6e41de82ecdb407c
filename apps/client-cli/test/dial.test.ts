import { describe, expect, it } from 'vitest';
import { Deadline } from '../src/deadline.ts';
import { dial } from '../src/dial/dial.ts';
import { dialFailure } from '../src/dial/error.ts';
import { closedPort, failure, gone, never, route } from './dial-support.ts';
import { deferred, tcpServer } from './support.ts';

describe('dial', () => {
  it('gives what TCP reached, with the time of each step, and nothing of it is read', async () => {
    const port = await tcpServer(socket => socket.write('hello'));
    const { transport, remote, times } = await dial(route(`localhost:${port}`), never);
    expect(remote).toEqual({ address: '127.0.0.1', port });
    expect(times.lookup).toBeGreaterThan(0);
    expect(times.total).toBeGreaterThanOrEqual(times.tcp + (times.lookup ?? 0));
    const heard = await new Promise(resolve => transport.once('data', data => resolve(String(data))));
    expect(heard).toBe('hello');
    transport.destroy();
  });

  it('asks nobody where what is under localhost is (RFC 6761 §6.3)', async () => {
    const port = await tcpServer(() => {});
    const { transport, remote } = await dial(route(`bad.any.localhost:${port}`), never);
    expect(remote).toEqual({ address: '127.0.0.1', port });
    transport.destroy();
  });

  it('looks no address up', async () => {
    const port = await tcpServer(() => {});
    const { transport, times } = await dial(route(`127.0.0.1:${port}`), never);
    expect(times.lookup).toBeUndefined();
    transport.destroy();
  });

  it('says of each address why it was not reached', async () => {
    const port = await closedPort();
    const error = await failure(route(`both.example:${port}`, '--resolve', `both.example:${port}:127.0.0.1,127.0.0.2`));
    expect(error).toMatchObject({ step: 'tcp', code: 'ECONNREFUSED' });
    expect(error.message).toBe(`connect ECONNREFUSED 127.0.0.1:${port}; connect ECONNREFUSED 127.0.0.2:${port}`);
    expect(dialFailure(error, new Deadline(undefined, never)).outcome).toBe('tcp');
  });

  it('tells a name that nobody has from a host that nobody reaches', async () => {
    const error = await failure(route('nobody.invalid:443'));
    expect(error).toMatchObject({ step: 'lookup' });
    expect(error.message).toMatch(/^getaddrinfo \w+ nobody\.invalid$/);
  });

  it('goes on to the next address', async () => {
    const port = await tcpServer(() => {});
    const to = route(`both.example:${port}`, '--resolve', `BOTH.example:${port}:127.0.0.2,[::1],127.0.0.1`);
    const { transport, remote } = await dial(to, never);
    expect(remote.address).toBe('127.0.0.1');
    transport.destroy();
  });

  it('leaves nothing open when nobody wants it any more', async () => {
    const stop = new AbortController();
    const left = deferred<void>();
    const port = await tcpServer(socket => void gone(socket).then(left.resolve));
    stop.abort();
    expect(await failure(route(`127.0.0.1:${port}`), stop.signal)).toMatchObject({ code: 'ABORT_ERR' });
    const again = new AbortController();
    const pending = failure(route(`127.0.0.1:${port}`), again.signal);
    again.abort();
    expect(await pending).toMatchObject({ step: 'tcp', code: 'ABORT_ERR' });
  });

  it('is late, and not stopped, when it was the time that was over', async () => {
    const deadline = new Deadline(1, never);
    await new Promise(resolve => deadline.signal.addEventListener('abort', resolve));
    const error = await failure(route('127.0.0.1:1'), deadline.signal);
    expect(dialFailure(error, deadline)).toEqual({
      outcome: 'timeout',
      code: 'ETIMEDOUT',
      message: 'no TCP connection within 0.001 s',
    });
  });
});

describe('a deadline', () => {
  it('that is cleared never comes', async () => {
    const stop = new AbortController();
    const deadline = new Deadline(1, stop.signal);
    deadline.clear();
    stop.abort();
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(deadline.signal.aborted).toBe(false);
    expect(deadline.passed).toBe(false);
  });

  it("is not what the user's own end is", () => {
    const deadline = new Deadline(undefined, AbortSignal.abort());
    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.passed).toBe(false);
  });
});

describe('options', () => {
  it.each([
    [['a:1', '--connect-to', '::127.0.0.1:'], '127.0.0.1:1'],
    [['a:1', '--connect-to', '::[::1]:2'], '::1:2'],
    [['a:1', '--connect-to', 'b:1:c:1', '--connect-to', 'A:1:d:4', '--connect-to', '::e:5'], 'd:4'],
    [['a:1', '--connect-to', 'a:2:c:1'], 'a:1'],
    [['a:1', '--connect-to', ':1::9'], 'a:9'],
    [['[::1]:1', '--connect-to', '[::1]:1:b:2'], 'b:2'],
  ])('%j goes to %s', (args, expected) => {
    const { address, destination } = route(...args);
    expect(`${destination.host}:${destination.port}`).toBe(expected);
    expect(address.host).toBe(args[0] === '[::1]:1' ? '::1' : 'a');
  });

  it.each([
    [['a:1', '-4', '-6'], '--ipv4 contradicts --ipv6'],
    [['[::1]:1', '-4'], '--ipv4 contradicts [::1]:1'],
    [['a:1', '-6', '--connect-to', '::127.0.0.1:'], '--ipv6 contradicts 127.0.0.1:1'],
    [['a:1', '--connect-to', 'b:2'], '--connect-to is HOST:PORT:HOST:PORT, not "b:2"'],
    [['a:1', '--connect-to', '::b:0'], 'the port is 1 to 65535, not 0'],
    [['a:1', '--resolve', 'a:1'], '--resolve is HOST:PORT:ADDRESS, not "a:1"'],
    [['a:1', '--resolve', 'a:1:b'], '--resolve: "b" is not an IP address'],
    [['a:1', '--resolve', 'a:1:::1'], '--resolve: "::1" is not an IP address: an IPv6 address needs its brackets'],
    [['a:1', '--resolve', 'a:1:127.0.0.1', '--resolve', 'A:1:127.0.0.2'], '--resolve is given twice for A:1'],
  ])('%j are refused', (args, message) => {
    expect(() => route(...args)).toThrow(message);
  });

  it('of a family take no address of the other', async () => {
    const port = await tcpServer(() => {});
    const names = ['--resolve', `both.example:${port}:[::1],127.0.0.1`];
    const { transport, remote } = await dial(route(`both.example:${port}`, '-4', ...names), never);
    expect(remote.address).toBe('127.0.0.1');
    transport.destroy();
    const only = ['--resolve', `both.example:${port}:127.0.0.1`];
    expect(await failure(route(`both.example:${port}`, '-6', ...only))).toMatchObject({
      step: 'lookup',
      message: `--resolve has no IPv6 address for both.example:${port}`,
    });
  });
});
