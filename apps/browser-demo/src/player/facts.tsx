/** What the ends agreed on, as the client has it, what it cost, and how it ended where it went wrong. */
import type { Sender } from '@tlskit/tls-inspect';
import type { ComponentChildren } from 'preact';
import { messageName } from '../lab/messages.ts';
import type { Connection } from '../lab/run.ts';
import { focusOn } from '../parts/focus.ts';
import { connection, goTo, position, stops } from '../state/show.ts';
import type { Stop } from '../state/stops.ts';
import { factsTexts as words } from '../texts/player.ts';
import { costsOf } from './flights.ts';

type Info = NonNullable<Connection['info']>;
type Facts = readonly (readonly [keyof typeof words.name, string | undefined])[];

export function Negotiated() {
  const info = connection.value?.info;
  const connected = stops.value.find(({ step }) => step.type === 'connected' && step.at === 'client');
  const isLater = connected !== undefined && position.value < connected.number;
  return (
    <section class="negotiated card" aria-labelledby="negotiated">
      <header>
        <h2 id="negotiated" tabIndex={-1}>
          {words.title}
        </h2>
        {isLater && (
          <p class="quiet">
            {words.notYet}{' '}
            <button
              type="button"
              class="link"
              onClick={() => {
                focusOn('negotiated');
                goTo(connected.number);
              }}
            >
              {words.goThere}
            </button>
          </p>
        )}
      </header>
      <Failure stops={stops.value} />
      {info === undefined ? <p>{words.never}</p> : <List facts={factsOf(info, stops.value)} isLater={isLater} />}
      <CostTable />
    </section>
  );
}

function List({ facts, isLater }: { readonly facts: Facts; readonly isLater: boolean }) {
  return (
    <dl class={isLater ? 'facts later' : 'facts'}>
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{words.name[name]}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** Who gave up, and what the other was told; or that nobody goes on. */
function Failure({ stops }: { readonly stops: readonly Stop[] }) {
  const lines: ComponentChildren[] = stops.flatMap(({ step }) => {
    if (step.type === 'closed' && step.error !== undefined) return [words.failed(step.at, step.error.message)];
    return step.type === 'alert' && step.name !== 'close_notify' ? [words.told(step.at, step.name)] : [];
  });
  const isOver = stops.some(({ step }) => step.type === 'closed');
  if (!isOver && stops.length > 0) lines.push(words.waiting);
  return lines.length === 0 ? null : (
    <ul class="trouble">
      {lines.map((line, index) => (
        <li key={index}>{line}</li>
      ))}
    </ul>
  );
}

function factsOf(info: Info, stops: readonly Stop[]): Facts {
  const { peerCertificate, tls12, recordSizeLimit, ocspResponse } = info;
  const named = (of: { readonly name: string; readonly code: number } | undefined) =>
    of && words.named(of.name, of.code);
  const said = (is: boolean | undefined) => (is === undefined ? undefined : is ? words.yes : words.no);
  return [
    ['protocol', words.named(info.protocol.replace('v', ' '), info.protocolCode)],
    ['suite', named(info.cipherSuite)],
    ['group', named(info.group)],
    ['retry', info.helloRetry ? words.yes : undefined],
    ['signature', named(info.signatureScheme)],
    ['clientSignature', named(info.clientSignatureScheme)],
    ['certificate', peerCertificate && words.certificate(peerCertificate.subject, peerCertificate.key)],
    ['verified', info.problem === undefined ? said(info.verified) : info.problem.message],
    ['staple', ocspResponse && words.staple(ocspResponse.length)],
    ['serverName', info.serverName],
    ['alpn', info.alpn],
    ['resumed', words.resumption(info.resumed, info.pskIdentity !== undefined)],
    ['earlyData', info.earlyData && words.earlyData(info.earlyData.refusal)],
    ['limit', recordSizeLimit && words.limit(recordSizeLimit.send, recordSizeLimit.receive)],
    ['keyUpdates', updatesIn(stops)],
    ['masterSecret', said(tls12?.extendedMasterSecret)],
    ['encryptThenMac', said(tls12?.encryptThenMac)],
    ['renegotiation', said(tls12?.secureRenegotiation)],
  ];
}

/** How often each end renewed its keys, where any did. */
function updatesIn(stops: readonly Stop[]): string | undefined {
  const updates = stops.flatMap(({ step }) =>
    step.type === 'message' && step.direction === 'out' && messageName(step.bytes) === 'KeyUpdate' ? [step.at] : [],
  );
  const count = (at: Sender) => updates.filter(each => each === at).length;
  return updates.length === 0 ? undefined : words.updates(count('client'), count('server'));
}

/** Bytes on the wire, and how long it took here. */
function CostTable() {
  const { columns } = words;
  const costs = [
    ['handshake', costsOf(stops.value)],
    ['all', costsOf(stops.value, true)],
  ] as const;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="wide" tabIndex={0} aria-label={words.costs}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words.costs}</th>
            {Object.entries(columns).map(([name, title]) => (
              <th key={name} class="number" scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {costs.map(([name, cost]) =>
            cost === undefined ? null : (
              <tr key={name}>
                <th scope="row">{words.cost[name]}</th>
                <td class="number">{words.count(cost.bytes.client)}</td>
                <td class="number">{words.count(cost.bytes.server)}</td>
                <td class="number">{words.count(cost.records)}</td>
                <td class="number">{name === 'handshake' ? cost.roundTrips : ''}</td>
                <td class="number">{words.time(cost.milliseconds)}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </section>
  );
}
