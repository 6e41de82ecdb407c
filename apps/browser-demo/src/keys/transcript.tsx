/** The transcript: after each message how much was hashed, the hash, and what took it. */
import { equalBytes } from '@tlskit/tls-wire';
import { isRetry } from '../lab/messages.ts';
import type { TranscriptPoint } from '../lab/transcript.ts';
import { ByteParts } from '../parts/byte-parts.tsx';
import { Hex } from '../parts/hex.tsx';
import { keyTexts } from '../texts/keys.ts';
import { NodeLink } from './details.tsx';
import { pointOf } from './formula.ts';
import type { End } from './model.ts';
import { at, end, keying, stageAt } from './state.ts';

const { transcript: words } = keyTexts;

export function Transcript() {
  const of = end.value;
  if (of === undefined) return null;
  const retry = of.points.find(({ message }) => isRetry(message));
  return (
    <section aria-labelledby="transcript-title" class="transcript">
      <h2 id="transcript-title">{words.title}</h2>
      <p class="quiet">{words.lead[keying.value?.suite?.version === 0x0303 ? '1.2' : '1.3']}</p>
      <table aria-label={words.table}>
        <thead>
          <tr>
            <th scope="col">{words.after}</th>
            <th scope="col" class="size">
              {words.size}
            </th>
            <th scope="col">{words.hash}</th>
            <th scope="col">{words.taken}</th>
          </tr>
        </thead>
        <tbody>
          {of.points.map(point => (
            <Row key={`${point.step} ${point.name}`} point={point} of={of} />
          ))}
        </tbody>
      </table>
      {retry !== undefined && stageAt(retry.step) !== 'to come' && <Retry point={retry} />}
    </section>
  );
}

function Row({ point, of }: { readonly point: TranscriptPoint; readonly of: End }) {
  const { name, sender, step, hash, hashed, truncated } = point;
  const stage = stageAt(step);
  const size = hashed.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const taken = of.nodes.filter(node => pointOf(node, of) === point);
  const signed = of.signatures.filter(({ parts }) => parts.some(({ bytes }) => equalBytes(bytes, hash)));
  return (
    <tr class={stage.replace(' ', '-')}>
      <th scope="row" class={sender}>
        {name}
        {truncated !== undefined && <small>{words.truncated(truncated)}</small>}
      </th>
      <td class="size" data-name={words.size}>
        {stage === 'to come' ? words.toCome : size}
      </td>
      <td data-name={words.hash}>
        {stage !== 'to come' && (isHashKnown(step) ? <Hex bytes={hash} /> : words.unknown)}
      </td>
      <td data-name={words.taken}>
        {taken.length + signed.length > 0 && (
          <ul class="key-links">
            {taken.map(node => (
              <li key={node.number}>
                <NodeLink node={node} />
              </li>
            ))}
            {signed.map(({ by, message }) => (
              <li key={by}>{words.signed(by, message)}</li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}

/** Which hash it is, the ServerHello says: before that only those who offer a key have one, that of the key. */
function isHashKnown(step: number): boolean {
  const steps = keying.value?.connection.steps ?? [];
  const answered = steps.findIndex(each => each.type === 'message' && each.at === at.value && each.bytes[0] === 2);
  return answered < 0 || stageAt(answered) !== 'to come' || step >= answered;
}

function Retry({ point }: { readonly point: TranscriptPoint }) {
  const bytes = point.hashed[0]?.bytes ?? new Uint8Array(0);
  const parts = [
    { name: words.bytesOf.type ?? '', bytes: bytes.subarray(0, 1) },
    { name: words.bytesOf.length ?? '', bytes: bytes.subarray(1, 4) },
    { name: words.bytesOf.hash ?? '', bytes: bytes.subarray(4) },
  ];
  return (
    <>
      <p>{words.retry}</p>
      <ByteParts label={words.retryParts} parts={parts} at={keyTexts.part.at} />
    </>
  );
}
