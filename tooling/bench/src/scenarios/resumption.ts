/** Resumed handshakes, and how soon a request is answered: after a full handshake, a resumed one, and within the first flight. */
import type { Outcome } from '../contest.ts';
import { figuresOf, rateTable } from '../report/table.ts';
import type { Beginning, Group, Suite } from '../stacks/stack.ts';
import { handshakeUnit } from './handshakes.ts';
import { base, type Course, mixed, ours, runCourses } from './pairings.ts';
import type { Context, Scenario } from './scenario.ts';

const [group, suite]: [Group, Suite] = ['x25519', 'TLS_AES_128_GCM_SHA256'];

export const resumed: Scenario = {
  name: 'resumed',
  title: 'resumed handshakes, with a key exchange',
  async run(context) {
    const [of = []] = await runCourses([course('connections', 'resumed', context)], [base, ours, ...mixed], context);
    return {
      sections: [{ marker: 'resumed', lines: rateTable(of, of[0] as Outcome, handshakeUnit) }],
      figures: figuresOf('resumed', of[1], of[0], handshakeUnit),
    };
  },
};

const requestUnit = { rate: 'connections/s', one: 'connection', digits: 0, cpuDigits: 2 };

export const earlyData: Scenario = {
  name: 'early',
  title: '0-RTT: connections with a request and its answer, by how they begin',
  async run(context) {
    const beginnings: readonly Beginning[] = ['full', 'resumed', 'early'];
    const courses = beginnings.map(beginning => course('requests', beginning, context));
    const [full = [], again = [], early = []] = await runCourses(courses, [base, ours], context);
    const label = (of: readonly Outcome[], words: string) =>
      of.map(outcome => ({ ...outcome, name: `${outcome.name}, ${words}` }));
    const rows = [
      ...label(full, 'full handshake'),
      ...label(again, 'resumed'),
      ...label(early, '0-RTT: the request in the first flight'),
    ];
    return {
      sections: [{ marker: 'early', lines: rateTable(rows, again[0] as Outcome, requestUnit) }],
      figures: figuresOf('early', early[1], again[0], requestUnit),
    };
  },
};

function course(task: 'connections' | 'requests', beginning: Beginning, { identities, plan }: Context): Course {
  return {
    name: beginning,
    server: { identity: identities['ecdsa-p256'], group, suite, earlyData: beginning === 'early' },
    client: { group, suite, sessions: beginning !== 'full' },
    warmUp: task === 'connections' ? plan.handshakes : plan.handshakes / 2,
    turn: (pair, asked, milliseconds) =>
      pair.client.ask(task, { ...asked, beginning, length: { milliseconds, atLeast: plan.atLeast } }),
  };
}
