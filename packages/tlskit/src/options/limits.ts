/** Bounds on what a peer may make us keep or do. */
import { defaultEngineLimits, type EngineLimits } from '@tlskit/tls-engine';
import type { HandshakeLimits } from '@tlskit/tls-handshake';
import { checkNames, integer } from './check.ts';

/** Bounds on what a peer may make us keep or do; see {@link defaultLimits}. */
export interface Limits extends HandshakeLimits, EngineLimits {}

export const defaultLimits: Limits = {
  maxMessageLength: 1 << 17,
  maxCertificates: 16,
  maxTickets: 16,
  maxCertificateRequests: 8,
  ...defaultEngineLimits,
};

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function limitsOf(given: Partial<Limits> | undefined): Limits {
  if (given === undefined) return defaultLimits;
  const names = Object.keys(defaultLimits) as (keyof Limits)[];
  checkNames('limits', given, names);
  const limit = (name: keyof Limits) => [
    name,
    integer(name, given[name], name === 'maxTickets' ? 0 : 1, 0x7fff_ffff, defaultLimits[name] as number),
  ];
  return Object.fromEntries(names.map(limit)) as unknown as Limits;
}
