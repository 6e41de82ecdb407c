/** Whether a server passes over what it need not understand: reserved values, long hellos, versions to come (RFC 8701, RFC 7507). */
import { AlertDescription } from '@tlskit/tls-alerts';
import { DOWNGRADE_TLS11, DOWNGRADE_TLS12, type Extension, FALLBACK_SCSV } from '@tlskit/tls-messages';
import { equalBytes } from '@tlskit/tls-wire';
import { curves12, groups13, schemes12, TLS12, TLS13 } from './code-points.ts';
import type { Prober } from './probe.ts';
import type { ToleranceResult } from './result.ts';
import type { SuitesFound } from './suites.ts';

/**
 * Bytes of hellos: one that some load balancers took for SSL 2.0, two that do not fit one packet, and one that does not fit one
 * record.
 */
const lengths = [400, 2000, 5000, 17_000];

const UNKNOWN_VERSION = 0x0305;

/** @param spoken versions with their suites, highest first, at least one @throws ScanOver */
export async function findTolerance(prober: Prober, spoken: readonly SuitesFound[]): Promise<ToleranceResult> {
  const [top] = spoken as readonly [SuitesFound];
  const suites = top.suites.map(({ code }) => code);
  const { version } = top;
  const hasExtensions = version > 0x0300;
  const isAnswered = async (spec: Partial<Parameters<Prober['ask']>[0]>): Promise<boolean> =>
    (await prober.flight({ version, suites, ...spec })) !== undefined;
  let longestHello: number | null = null;
  let refusedHello: number | null = null;
  for (const length of hasExtensions ? lengths : []) {
    if (await isAnswered({ length })) longestHello = length;
    else {
      refusedHello = length;
      break;
    }
  }
  return {
    grease: hasExtensions ? await isAnswered(greased(version, suites)) : null,
    longestHello,
    refusedHello,
    futureVersions:
      version >= TLS13
        ? await isAnswered({ versions: [UNKNOWN_VERSION, version] })
        : await isAnswered({ legacyVersion: UNKNOWN_VERSION }),
    fallbackScsv: await heedsFallback(prober, spoken),
    downgradeSentinel: await marksDowngrades(prober, spoken),
  };
}

/** A reserved value in every place that has room for one (RFC 8701 §3.1). */
function greased(version: number, suites: readonly number[]): Parameters<Prober['ask']>[0] {
  const reserved: readonly Extension[] = [
    { extension_type: 0x4a4a, extension_data: new Uint8Array(0) },
    { extension_type: 0x5a5a, extension_data: Uint8Array.of(0) },
  ];
  return {
    version,
    suites: [0x1a1a, ...suites],
    groups: [0x2a2a, ...(version >= TLS13 ? groups13 : curves12)],
    schemes: [0x3a3a, ...schemes12],
    versions: [0x6a6a, version],
    extensions: reserved,
  };
}

async function heedsFallback(prober: Prober, spoken: readonly SuitesFound[]): Promise<boolean | null> {
  const lower = spoken[1];
  if (lower === undefined) return null;
  const suites = [...lower.suites.map(({ code }) => code), FALLBACK_SCSV];
  const answer = await prober.ask({ version: lower.version, suites });
  return answer.kind === 'alert' && answer.alert.code === AlertDescription.values.inappropriate_fallback;
}

/** RFC 9846 §4.2.3: of a server of TLS 1.3 for TLS 1.2, and of one of TLS 1.2 or above for what is below. */
async function marksDowngrades(prober: Prober, spoken: readonly SuitesFound[]): Promise<boolean | null> {
  const [top, lower] = spoken;
  if (top === undefined || lower === undefined || top.version < TLS13) return null;
  const flight = await prober.flight({ version: lower.version, suites: lower.suites.map(({ code }) => code) });
  if (flight === undefined) return null;
  return equalBytes(flight.hello.random.subarray(24), lower.version === TLS12 ? DOWNGRADE_TLS12 : DOWNGRADE_TLS11);
}
