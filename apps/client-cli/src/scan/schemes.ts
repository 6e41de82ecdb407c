/** Signature schemes and application protocols of TLS 1.2, whose answers are in plaintext (RFC 5246 §7.4.1.4.1, RFC 7301). */
import { AlertDescription } from '@tlskit/tls-alerts';
import { alpnRow, findExtension } from '@tlskit/tls-messages';
import { attributesOf, protocols, schemes12 } from './code-points.ts';
import { type Choice, exclude } from './exclusion.ts';
import type { Flight } from './flight.ts';
import type { Prober } from './probe.ts';
import type { SuitesFound } from './suites.ts';

export interface SchemesFound {
  readonly version: number;
  /** In the order of the server's choices; the value is the chain that goes with it, where it is known. */
  readonly schemes: readonly Choice<readonly Uint8Array[]>[];
  /** The scheme of a server that signs by what was not offered. */
  readonly unoffered: number | undefined;
}

/** Suites whose server signs. */
export function signingSuites({ suites }: SuitesFound): readonly number[] {
  return suites
    .map(({ code }) => code)
    .filter(code => {
      const { keyExchange, authentication = '' } = attributesOf(code) ?? {};
      return /^(EC)?DHE$/.test(keyExchange ?? '') && ['RSA', 'ECDSA', 'DSS'].includes(authentication);
    });
}

/** @throws ScanOver */
export async function findSchemes12(prober: Prober, found: SuitesFound): Promise<SchemesFound> {
  const { version } = found;
  const suites = signingSuites(found);
  if (suites.length === 0) return { version, schemes: [], unoffered: undefined };
  const { found: schemes, unoffered } = await exclude(
    schemes12,
    async (offered): Promise<Choice<Flight> | undefined> => {
      const flight = await prober.flight({ version, suites, schemes: offered });
      return flight?.keys.scheme === undefined ? undefined : { code: flight.keys.scheme, value: flight };
    },
  );
  return { version, schemes: schemes.map(({ code, value }) => ({ code, value: value.chain })), unoffered };
}

export interface ProtocolsFound {
  /** In the order of the server's choices. */
  readonly protocols: readonly string[];
  /** What becomes of a client that offers none of them. */
  readonly otherwise: 'refused' | 'ignored';
}

/**
 * What is taken of the known protocols.
 * @param ask offers these: the one that was chosen, undefined for none, false for a refusal
 */
export async function findProtocols(
  ask: (offered: readonly string[]) => Promise<string | undefined | false>,
): Promise<ProtocolsFound> {
  const found: string[] = [];
  for (let offered = protocols; offered.length > 0; offered = offered.filter(name => !found.includes(name))) {
    const chosen = await ask(offered);
    if (chosen === false) return { protocols: found, otherwise: 'refused' };
    if (chosen === undefined || !offered.includes(chosen)) break;
    found.push(chosen);
  }
  return { protocols: found, otherwise: 'ignored' };
}

/** @throws ScanOver */
export function findProtocols12(prober: Prober, { version, suites }: SuitesFound): Promise<ProtocolsFound> {
  return findProtocols(async alpn => {
    const answer = await prober.ask({ version, suites: suites.map(({ code }) => code), alpn });
    if (answer.kind === 'alert') {
      return answer.alert.code === AlertDescription.values.no_application_protocol ? false : undefined;
    }
    if (answer.kind !== 'hello') return undefined;
    const list = findExtension(answer.flight.hello.extensions, alpnRow, 'SH12')?.protocol_name_list;
    return list?.[0] === undefined ? undefined : Buffer.from(list[0]).toString('latin1');
  });
}
