/** CONNECT of HTTP/1.1 (RFC 9110 §9.3.6, RFC 9112 §3.2.3). */
import { type Address, formatAddress } from '../../address.ts';
import type { Wire } from '../wire.ts';
import type { ProxyCredentials } from './proxy.ts';

/** @throws DialError */
export async function connectByHttp(wire: Wire, to: Address, credentials: ProxyCredentials | undefined): Promise<void> {
  const authority = formatAddress(to);
  const token = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  const authorization = token === undefined ? '' : `Proxy-Authorization: Basic ${token}\r\n`;
  wire.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
  let status = await responseHead(wire);
  // What is only on the way (RFC 9110 §15.2).
  while (/^1/.test(status.code)) status = await responseHead(wire);
  // Of a body that a 2xx speaks of there is none (§9.3.6): the tunnel begins behind the head.
  if (!/^2/.test(status.code)) throw wire.refused(`to connect to ${authority}`, status.text);
}

/** To the empty line that ends it. */
async function responseHead(wire: Wire): Promise<{ readonly code: string; readonly text: string }> {
  const line = await wire.line();
  const [, text, code] = /^HTTP\/1\.[01] ((\d{3})(?: .*)?)$/.exec(line) ?? [];
  if (text === undefined || code === undefined) throw wire.malformed('HTTP/1.1', line);
  while ((await wire.line()) !== '');
  return { code, text };
}
