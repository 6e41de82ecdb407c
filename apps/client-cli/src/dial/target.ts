/** Whom to connect to, as people write it: HOST:PORT, a URL, or a host alone where a protocol has a port of its own. */
import { isIPv6 } from 'node:net';
import { UsageError } from '@tlskit/cli-kit';
import { type Address, parseAddress } from '../address.ts';
import { type StartTlsName, startTlsNamed, startTlsProtocols } from './starttls/starttls.ts';

export interface Target {
  readonly address: Address;
  /** What is said before TLS: as it was asked for, or as the scheme of a URL has it. */
  readonly startTls: StartTlsName | undefined;
}

/** Schemes of URLs under which TLS is from the first byte on, with their ports. */
const tlsSchemes: ReadonlyMap<string, number> = new Map([
  ['https', 443],
  ['wss', 443],
  ['smtps', 465],
  ['submissions', 465],
  ['imaps', 993],
  ['pop3s', 995],
  ['ftps', 990],
  ['ldaps', 636],
  ['nntps', 563],
  ['ircs', 6697],
  ['mqtts', 8883],
  ['amqps', 5671],
  ['rediss', 6379],
]);

/** Schemes without TLS that have a sister with it. */
const plainSchemes: ReadonlyMap<string, string> = new Map([
  ['http', 'https'],
  ['ws', 'wss'],
]);

/**
 * @param text of a URL the scheme, the host and the port count; whatever else is in it is not looked at
 * @param startTls what was asked for
 * @throws UsageError
 */
export function parseTarget(text: string, startTls: StartTlsName | undefined): Target {
  const [, scheme, authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(text) ?? [];
  if (scheme === undefined) {
    const port = startTls === undefined || hasPort(text) ? '' : `:${startTlsProtocols[startTls].port}`;
    return { address: parseAddress(`${text}${port}`), startTls };
  }
  const host = authority.replace(/^.*@/, '');
  const lower = scheme.toLowerCase();
  const implied = startTlsNamed(lower);
  const port = tlsSchemes.get(lower) ?? (implied && startTlsProtocols[implied].port);
  if (port === undefined) {
    const sister = plainSchemes.get(lower);
    throw new UsageError(
      sister === undefined
        ? `${JSON.stringify(`${lower}://`)} is no scheme that is known here: give HOST:PORT`
        : `${lower}:// has no TLS, did you mean ${sister}://?`,
    );
  }
  if (startTls !== undefined && startTls !== implied) {
    throw new UsageError(`--starttls ${startTls} contradicts ${lower}://`);
  }
  return { address: parseAddress(hasPort(host) ? host : `${host}:${port}`), startTls: implied };
}

/** Whether there is something behind a colon that is not the address's own. */
function hasPort(text: string): boolean {
  return !isIPv6(text) && /:[^\]]*$/.test(text);
}
