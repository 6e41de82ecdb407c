import { describe, expect, it } from 'vitest';
import { dial } from '../src/dial/dial.ts';
import { never, route } from './dial-support.ts';
import { deferred, tcpServer } from './support.ts';

describe('a target', () => {
  it.each([
    [['localhost:1'], 'localhost', 1, undefined],
    [['https://example.com'], 'example.com', 443, undefined],
    [['HTTPS://user:pass@example.com:8443/a:b@c?d#e'], 'example.com', 8443, undefined],
    [['wss://[::1]/'], '::1', 443, undefined],
    [['imaps://mail.example'], 'mail.example', 993, undefined],
    [['smtp://mail.example'], 'mail.example', 25, 'smtp'],
    [['postgresql://me@db.example/things'], 'db.example', 5432, 'postgres'],
    [['mail.example', '--starttls', 'imap'], 'mail.example', 143, 'imap'],
    [['mail.example:587', '--starttls', 'SMTP'], 'mail.example', 587, 'smtp'],
    [['[::1]', '--starttls', 'managesieve'], '::1', 4190, 'sieve'],
    [['ldap://x', '--starttls', 'ldap'], 'x', 389, 'ldap'],
    [['xmpp://x:1', '--starttls', 'xmpp-client'], 'x', 1, 'xmpp'],
  ])('%j', (args, host, port, startTls) => {
    const found = route(...args);
    expect(found.address).toEqual({ host, port });
    expect(found.startTls?.protocol).toBe(startTls);
  });

  it.each([
    [['localhost'], '"localhost" is not HOST:PORT'],
    [['http://example.com/'], 'http:// has no TLS, did you mean https://?'],
    [['gopher://example.com/'], '"gopher://" is no scheme that is known here: give HOST:PORT'],
    [['https://'], '"" is not a host name'],
    [['https://a', '--starttls', 'smtp'], '--starttls smtp contradicts https://'],
    [['imap://a', '--starttls', 'pop3'], '--starttls pop3 contradicts imap://'],
    [['::1', '--starttls', 'smtp'], 'an IPv6 address needs its brackets'],
    [['a', '--starttls', 'imaps'], 'did you mean imap?'],
    [['a:1', '--starttls', 'constructor'], '--starttls is smtp, lmtp, imap'],
    [['a:1', '--starttls-name', 'b'], '--starttls-name goes with --starttls smtp, lmtp, xmpp or xmpp-server'],
    [['a:1', '--starttls', 'imap', '--starttls-name', 'b'], '--starttls-name goes with'],
    [['a:1', '--starttls', 'smtp', '--starttls-name', 'b\r\nQUIT'], '--starttls-name is a name'],
    [['a:1', '--xmpphost', 'b'], 'did you mean --starttls-name?'],
  ])('%j is refused', (args, message) => {
    expect(() => route(...args)).toThrow(message);
  });
});

it.each([
  ['smtp', '220 x\r\n', /^EHLO \[127\.0\.0\.1\]\r\n$/, /^EHLO me\.example\r\n$/],
  ['lmtp', '220 x\r\n', /^LHLO \[127\.0\.0\.1\]\r\n$/, /^LHLO me\.example\r\n$/],
  ['xmpp', '', / to='localhost' /, / to='me\.example' /],
  ['xmpp-server', '', / to='localhost' /, / to='me\.example' /],
])('--starttls-name changes what %s says', async (protocol, greeting, by, named) => {
  for (const [args, expected] of [
    [[], by],
    [['--starttls-name', 'me.example'], named],
  ] as const) {
    const heard = deferred<string>();
    const port = await tcpServer(socket => {
      socket.write(greeting);
      socket.once('data', bytes => {
        heard.resolve(String(bytes));
        socket.destroy();
      });
    });
    await dial(route(`localhost:${port}`, '--starttls', protocol, ...args), never).catch(() => {});
    expect(await heard.promise).toMatch(expected);
  }
});

it('a name in XML stays a name', async () => {
  const heard = deferred<string>();
  const port = await tcpServer(socket =>
    socket.once('data', bytes => heard.resolve(String(bytes))).once('data', () => socket.end()),
  );
  await dial(route(`localhost:${port}`, '--starttls', 'xmpp', '--starttls-name', `a'><&"`), never).catch(() => {});
  expect(await heard.promise).toContain(" to='a&#39;&#62;&#60;&#38;&#34;' ");
});
