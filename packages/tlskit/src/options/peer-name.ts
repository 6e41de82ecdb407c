/** Whom a client asks for (SNI, RFC 6066 §3), and whom it expects in the certificate (RFC 9525). */
import { parseIp, referenceDns } from '@tlskit/tls-x509';
import { invalid, shown } from './check.ts';

/** Whom a client talks to. */
export interface NameOptions {
  readonly servername?: string | false | undefined;
  readonly verifyName?: string | undefined;
}

interface PeerNames {
  /** To send, or undefined. */
  readonly serverName: string | undefined;
  /** To look for in the certificate, or undefined where nobody said one. */
  readonly peerName: string | undefined;
}

/** @param host what the transport was made to; a name or an address, in which case no SNI is sent */
export function peerNames({ servername, verifyName }: NameOptions, host: string | undefined): PeerNames {
  if (typeof servername === 'string' && addressOf(servername) !== undefined) {
    // RFC 6066 §3: "Literal IPv4 and IPv6 addresses are not permitted in "HostName"."
    throw invalid(`servername is an IP address, which is never sent: say verifyName: '${servername}'`);
  }
  const asked = servername ?? (host === undefined || addressOf(host) !== undefined ? false : host);
  const expected = verifyName ?? (typeof servername === 'string' ? servername : host);
  return {
    serverName: asked === false ? undefined : hostName('servername', asked),
    peerName: expected === undefined ? undefined : (addressOf(expected) ?? hostName('verifyName', expected)),
  };
}

/** The address, without brackets and zone, or undefined when it is none. */
function addressOf(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  // RFC 4007 §11: only addresses of IPv6 have zones.
  const plain = name.replace(/^\[(.*)\]$/, '$1').replace(/^([^%]*:[^%]*)%.*$/, '$1');
  return parseIp(plain) === undefined ? undefined : plain;
}

/** Lower-case A-labels without the root's dot, as SNI and certificates have them. */
function hostName(option: string, name: unknown): string {
  // Whatever means something to a URL outside its host is no part of a name.
  if (typeof name === 'string' && name !== '' && name.length < 1024 && !/[\p{Cc}\p{Z}/:?#@%\\[\]<>^|`]/u.test(name)) {
    const host = URL.canParse(`https://${name}/`) ? new URL(`https://${name}/`).hostname.replace(/\.$/, '') : '';
    // What a URL takes for a number in another notation, a certificate does not. Nor is a pattern a name that can be asked for.
    if (host !== '' && parseIp(host) === undefined && referenceDns(host) === host) return host;
  }
  throw invalid(`${option} is neither a host name nor an IP address: ${shown(name)}`);
}
