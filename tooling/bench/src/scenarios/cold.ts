/** The first full handshakes of processes that have just begun: what a program meets that makes few connections. */
import { type Contestant, contest, type Outcome } from '../contest.ts';
import { Pair } from '../pair.ts';
import { figuresOf, rateTable } from '../report/table.ts';
import { handshakeUnit } from './handshakes.ts';
import { base, type Course, contestant, mixed, ours, type Pairing } from './pairings.ts';
import type { Context, Scenario } from './scenario.ts';

export const cold: Scenario = {
  name: 'cold',
  title: 'the first full handshakes of fresh processes, P-256, x25519',
  async run(context) {
    const { plan } = context;
    const contestants = [base, ours, ...mixed].map(pairing => fresh(pairing, course(context)));
    const outcomes = await contest(contestants, plan, context);
    const first = `The first ${plan.cold} handshakes of each pair of processes; every turn has a new pair.`;
    return {
      sections: [{ marker: 'cold', lines: [first, '', ...rateTable(outcomes, outcomes[0] as Outcome, handshakeUnit)] }],
      figures: figuresOf('cold', outcomes[1], outcomes[0], handshakeUnit),
    };
  },
};

/** A pair of processes for each turn: what the plan has for warming up reads the files from the disk, and warms nothing else. */
function fresh(pairing: Pairing, of: Course): Contestant {
  return {
    name: pairing.name,
    async turn(milliseconds) {
      const pair = new Pair(pairing.server);
      try {
        return await contestant(of, pairing, pair).turn(milliseconds);
      } finally {
        pair.stop();
      }
    },
  };
}

function course({ plan, identities }: Context): Course {
  const settings = { group: 'x25519', suite: 'TLS_AES_128_GCM_SHA256' } as const;
  return {
    name: 'cold',
    server: { identity: identities['ecdsa-p256'], ...settings },
    client: settings,
    turn: (pair, asked) =>
      pair.client.ask('connections', {
        ...asked,
        beginning: 'full',
        length: { milliseconds: 0, atLeast: plan.cold },
      }),
  };
}
