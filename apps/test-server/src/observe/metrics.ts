/** What the server counts, as Prometheus reads it (text format 0.0.4). Labels are of bounded sets: no client makes them grow. */
import type { ConnectionInfo } from 'tlskit/node';

/** Upper bounds of the buckets of a handshake's time, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Upper bounds of a ticket key's age, in seconds, with the words for them. */
const AGES = [
  [3600, '1h'],
  [86_400, '1d'],
  [604_800, '7d'],
  [Number.POSITIVE_INFINITY, 'more'],
] as const;

type Labels = Readonly<Record<string, string>>;

/** A number for each set of labels. */
class Family {
  readonly #name: string;
  readonly #help: string;
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  add(labels: Labels = {}): void {
    const key = labelText(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + 1);
  }

  *lines(): Iterable<string> {
    yield `# HELP ${this.#name} ${this.#help}`;
    yield `# TYPE ${this.#name} counter`;
    for (const [labels, value] of this.#values) yield `${this.#name}${labels} ${value}`;
  }
}

export class Metrics {
  readonly #connections = new Family('tlskit_connections_total', 'Connections that were taken.');
  readonly #refused = new Family(
    'tlskit_connections_refused_total',
    'Connections that were closed at once, by the limit.',
  );
  readonly #handshakes = new Family(
    'tlskit_handshakes_total',
    'Handshakes that were completed, by version, cipher suite, group and kind.',
  );
  readonly #failures = new Family(
    'tlskit_handshake_failures_total',
    'Handshakes that failed, by the code of the error.',
  );
  readonly #alerts = new Family('tlskit_alerts_total', 'Alerts, by name and direction.');
  readonly #tickets = new Family(
    'tlskit_tickets_total',
    'Tickets, by what became of them and the age of the key that sealed them.',
  );
  readonly #counts: number[] = BUCKETS.map(() => 0);
  #sum = 0;
  #count = 0;
  /** The connections that stand. */
  readonly #standing: () => number;

  constructor(standing: () => number) {
    this.#standing = standing;
  }

  connection(): void {
    this.#connections.add();
  }

  refused(limit: string): void {
    this.#refused.add({ limit });
  }

  /** @param seconds from the first byte of TCP to the last of the handshake */
  handshake(info: ConnectionInfo, seconds: number): void {
    const { protocol, cipherSuite, group } = info;
    const kind = kindOf(info);
    this.#handshakes.add({ version: protocol, suite: cipherSuite.name, group: group?.name ?? 'none', kind });
    this.#sum += seconds;
    this.#count++;
    BUCKETS.forEach((bound, index) => {
      if (seconds <= bound) this.#counts[index] = (this.#counts[index] as number) + 1;
    });
  }

  failure(code: string): void {
    this.#failures.add({ code });
  }

  alert(direction: 'in' | 'out', name: string): void {
    this.#alerts.add({ name, direction: direction === 'in' ? 'received' : 'sent' });
  }

  /** @param age of the key, in seconds; undefined for a key that is not known */
  ticket(event: 'issued' | 'redeemed' | 'unknown', age: number | undefined): void {
    const bucket = age === undefined ? 'unknown' : (AGES.find(([bound]) => age <= bound)?.[1] ?? 'more');
    this.#tickets.add({ event, key_age: bucket });
  }

  render(): string {
    const name = 'tlskit_handshake_seconds';
    const lines = [
      ...[this.#connections, this.#refused, this.#handshakes, this.#failures, this.#alerts, this.#tickets].flatMap(
        family => [...family.lines()],
      ),
      '# HELP tlskit_connections_standing Connections that stand.',
      '# TYPE tlskit_connections_standing gauge',
      `tlskit_connections_standing ${this.#standing()}`,
      `# HELP ${name} How long handshakes took that were completed.`,
      `# TYPE ${name} histogram`,
      ...BUCKETS.map((bound, index) => `${name}_bucket${labelText({ le: String(bound) })} ${this.#counts[index]}`),
      `${name}_bucket${labelText({ le: '+Inf' })} ${this.#count}`,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${this.#count}`,
    ];
    return `${lines.join('\n')}\n`;
  }
}

/** In a word, how the two came to keys. */
export function kindOf({ resumed, pskIdentity, earlyData, helloRetry }: ConnectionInfo): string {
  if (earlyData?.accepted === true) return 'early';
  if (resumed) return 'resumed';
  if (pskIdentity !== undefined) return 'psk';
  return helloRetry ? 'retried' : 'full';
}

function labelText(labels: Labels): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`);
  return all.length === 0 ? '' : `{${all.join(',')}}`;
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}
