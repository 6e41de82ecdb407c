/** What was negotiated with a client, in words. */
import { printable } from '@tlskit/cli-kit';
import type { Named } from 'tlskit';
import type { Client } from './client.ts';
import { kindOf } from './metrics.ts';

/** What is told, in order. Texts of the peer's are safe to print. */
export type Facts = readonly (readonly [label: string, value: string])[];

export function factsOf(client: Client): Facts {
  const { info } = client;
  const { peerCertificate, verified } = info;
  return [
    ['client', client.name],
    ['protocol', info.protocol],
    ['cipher suite', numbered(info.cipherSuite)],
    ['group', info.group === undefined ? 'none' : numbered(info.group)],
    ['signature scheme', info.signatureScheme === undefined ? 'none' : numbered(info.signatureScheme)],
    ['HelloRetryRequest', info.helloRetry ? 'yes' : 'no'],
    ['kind', kindOf(info)],
    ['server name', info.serverName === undefined ? 'none' : printable(info.serverName)],
    ['ALPN', info.alpn === undefined ? 'none' : printable(info.alpn)],
    ...(info.pskIdentity === undefined
      ? []
      : ([['key identity', printable(Buffer.from(info.pskIdentity).toString('utf8'))]] as const)),
    ...(peerCertificate === undefined
      ? []
      : ([
          ['client certificate', printable(peerCertificate.subject)],
          ['client verified', verified ? 'yes' : 'no'],
        ] as const)),
  ];
}

function numbered({ name, code }: Named): string {
  return `${name} (0x${code.toString(16).padStart(4, '0')})`;
}
