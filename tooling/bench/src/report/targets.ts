/** What must be reached, and whether this run reached it. */
import type { Figures, Section } from '../scenarios/scenario.ts';

interface Target {
  readonly what: string;
  readonly figure: string;
  readonly atLeast?: number;
  readonly below?: number;
  readonly unit: string;
  /** The same by CPU time, which other programs on the machine disturb less. */
  readonly cpu?: string;
}

const byNode = '× node:tls';

const targets: readonly Target[] = [
  ratio('bulk up, both ends ours', 'bulk/up', 0.8),
  ratio('bulk down, both ends ours', 'bulk/down', 0.8),
  ratio('full handshakes, P-256, x25519, verdict cache off', 'handshakes', 1),
  {
    what: 'the same, by the sum of its primitives, engines in memory',
    figure: 'limits/memory',
    below: 1.6,
    unit: '× the sum',
  },
  {
    what: 'the same over loopback, TCP taken off',
    figure: 'limits/loopback',
    below: 1.6,
    unit: '× the sum',
  },
  ratio('resumed handshakes', 'resumed', 1.2),
  ratio('64-byte round trips', 'round-trips', 0.9),
  { what: 'memory of an idle connection, server', figure: 'memory/server', below: 1, unit: byNode },
  { what: 'memory of an idle connection, client', figure: 'memory/client', below: 1, unit: byNode },
  peers('handshakes, client, web provider, TLS_AES_128_GCM_SHA256', 'clients/aes/handshakes/web', 2),
  peers('the same in Chromium', 'browser/aes/handshakes/web', 2),
  peers('handshakes, client, web provider, TLS_CHACHA20_POLY1305_SHA256', 'clients/chacha/handshakes/web', 2),
  peers('the same in Chromium', 'browser/chacha/handshakes/web', 2),
  peers('handshakes, client, noble, TLS_AES_128_GCM_SHA256', 'clients/aes/handshakes/noble', 1.5),
  peers('handshakes, client, noble, TLS_CHACHA20_POLY1305_SHA256', 'clients/chacha/handshakes/noble', 1.5),
  peers('bulk up, client, noble or web provider', 'clients/preferred/up/portable', 1.2),
  peers('the same in Chromium', 'browser/preferred/up/portable', 1.2),
  peers('bulk down, client, noble or web provider', 'clients/preferred/down/portable', 1.2),
  peers('the same in Chromium', 'browser/preferred/down/portable', 1.2),
  { what: 'import of `tlskit/node`', figure: 'import/tlskit/node', below: 60, unit: 'ms' },
  {
    what: 'gzip size: TLS 1.3 client with validation, noble',
    figure: 'size/TLS 1.3 client with noble and certificates',
    below: 75,
    unit: 'kB',
  },
  {
    what: 'gzip size: engine without crypto and certificates',
    figure: 'size/TLS 1.3 client engine, without cryptography and certificates',
    below: 25,
    unit: 'kB',
  },
];

function ratio(what: string, name: string, atLeast: number): Target {
  return { what, figure: `${name}/ratio`, cpu: `${name}/cpu-ratio`, atLeast, unit: byNode };
}

/** Against the best of the peers that do their public-key work in JavaScript or by WebCrypto. */
function peers(what: string, name: string, atLeast: number): Target {
  return { what, figure: name, cpu: `${name}/cpu`, atLeast, unit: '× the best peer' };
}

export function targetsSection(figures: Figures): Section {
  return {
    marker: 'targets',
    lines: [
      '| figure | to be reached | this run | by CPU time | met |',
      '|---|---:|---:|---:|---|',
      ...targets.map(target => row(target, figures)),
    ],
  };
}

function row({ what, figure, atLeast, below, unit, cpu }: Target, figures: Figures): string {
  const value = figures[figure] ?? 'not measured';
  const goal = atLeast === undefined ? `below ${below} ${unit}` : `${atLeast} ${unit}`;
  const byCpu = cpu === undefined ? undefined : figures[cpu];
  return `| ${what} | ${goal} | ${shown(value)} | ${byCpu === undefined ? '' : shown(byCpu)} | ${verdict(value, atLeast, below)} |`;
}

function shown(value: number | string): string {
  return typeof value === 'string' ? value : value.toFixed(value < 10 ? 2 : 1);
}

function verdict(value: number | string, atLeast: number | undefined, below: number | undefined): string {
  if (typeof value === 'string') return '–';
  return (atLeast === undefined ? value < (below as number) : value >= atLeast) ? 'yes' : '**no**';
}
