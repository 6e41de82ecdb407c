/** What clients in JavaScript are measured by, in Node and in a browser. */
import type { Plan } from '../plan.ts';
import type { StackName } from '../stacks/all.ts';
import type { CertificateKind, Group, Suite } from '../stacks/stack.ts';

export interface Work {
  readonly name: string;
  readonly title: string;
  readonly suite?: Suite;
  readonly group?: Group;
  readonly certificate: CertificateKind;
  /** Where not all take part. */
  readonly clients?: readonly StackName[];
}

export const works: readonly Work[] = [
  { name: 'preferred', title: 'Whatever suite and group each prefers, P-256 certificates', certificate: 'ecdsa-p256' },
  {
    name: 'aes',
    title: 'TLS_AES_128_GCM_SHA256, secp256r1, P-256 certificates',
    suite: 'TLS_AES_128_GCM_SHA256',
    group: 'secp256r1',
    certificate: 'ecdsa-p256',
  },
  {
    name: 'chacha',
    title: 'TLS_CHACHA20_POLY1305_SHA256, x25519, P-256 certificates',
    suite: 'TLS_CHACHA20_POLY1305_SHA256',
    group: 'x25519',
    certificate: 'ecdsa-p256',
  },
  {
    name: 'forge',
    title:
      'TLS_RSA_WITH_AES_128_CBC_SHA, RSA-2048 certificates: all that node-forge has (it by TLS 1.1, the others by TLS 1.2)',
    suite: 'TLS_RSA_WITH_AES_128_CBC_SHA',
    certificate: 'rsa-2048',
    clients: ['node:tls', 'tlskit, web', 'tlskit, noble', 'node-forge'],
  },
];

/** There are many of them: fewer and shorter turns; and what has warmed up by one suite is half warm for the next. */
export function clientPlan(plan: Plan, name: string): Plan {
  const isFirst = name === works[0]?.name;
  return {
    ...plan,
    rounds: Math.ceil(plan.rounds / 2),
    turn: plan.turn / 2,
    warmUp: isFirst ? plan.warmUp / 2 : plan.warmUp / 4,
    handshakes: isFirst ? plan.handshakes / 4 : plan.handshakes / 8,
  };
}
