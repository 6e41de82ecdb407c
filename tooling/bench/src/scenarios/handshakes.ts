/** Full handshakes, with the certificates and groups that are most common now. */
import { figuresOf, rateTable } from '../report/table.ts';
import type { CertificateKind, Group, Suite } from '../stacks/stack.ts';
import { base, type Course, cached, mixed, ours, raw, runCourses } from './pairings.ts';
import type { Scenario } from './scenario.ts';

export const handshakeUnit = { rate: 'handshakes/s', one: 'handshake', digits: 0, cpuDigits: 2 };

const kinds: readonly (readonly [CertificateKind, Group])[] = [
  ['ecdsa-p256', 'x25519'],
  ['rsa-2048', 'x25519'],
  ['ecdsa-p256', 'X25519MLKEM768'],
  ['rsa-2048', 'X25519MLKEM768'],
];

const suite: Suite = 'TLS_AES_128_GCM_SHA256';

const titles: Readonly<Record<CertificateKind, string>> = { 'ecdsa-p256': 'ECDSA P-256', 'rsa-2048': 'RSA-2048' };

export const handshakes: Scenario = {
  name: 'handshakes',
  title: 'full handshakes, P-256 and RSA certificates, x25519 and X25519MLKEM768',
  async run(context) {
    const pairings = [base, ours, cached, ...mixed, raw];
    const courses = kinds.map(([kind, group], i): Course => {
      const identity = context.identities[kind];
      return {
        name: `${titles[kind]}, ${group}`,
        server: { identity, group, suite },
        client: { group, suite },
        // TCP is the same under all of them.
        ...(i === 0 ? {} : { pairings: pairings.filter(pairing => pairing !== raw) }),
        turn: (pair, asked, milliseconds) =>
          pair.client.ask('connections', {
            ...asked,
            beginning: 'full',
            length: { milliseconds, atLeast: context.plan.atLeast },
          }),
      };
    });
    const outcomes = await runCourses(courses, pairings, context);
    const lines = outcomes.flatMap((of, i) => {
      // Where node:tls has no such group, against its x25519.
      const first = of[0]?.samples.length ? of[0] : outcomes[i % 2]?.[0];
      return first === undefined ? [] : [`**${courses[i]?.name}**`, '', ...rateTable(of, first, handshakeUnit), ''];
    });
    const [first] = outcomes;
    const named = (name: string) => first?.find(outcome => outcome.name === name);
    return {
      sections: [{ marker: 'handshakes', lines }],
      figures: {
        ...figuresOf('handshakes', named(ours.name), named(base.name), handshakeUnit),
        ...figuresOf('handshakes/cached', named(cached.name), named(base.name), handshakeUnit),
        ...figuresOf('handshakes/net', named(raw.name), named(base.name), handshakeUnit),
      },
    };
  },
};
