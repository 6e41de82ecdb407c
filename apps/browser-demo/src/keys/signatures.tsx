/** What each signature of the handshake is over, byte for byte, and whether it is good. */
import { concat } from '@tlskit/tls-wire';
import { ByteParts } from '../parts/byte-parts.tsx';
import { Hex } from '../parts/hex.tsx';
import { keyTexts } from '../texts/keys.ts';
import type { Signature } from './signed.ts';
import { end, keying, stageAt } from './state.ts';
import { type Unsigned, unsignedBecause } from './unsigned.ts';

const { signatures: words, part } = keyTexts;

export function Signatures() {
  const { signatures = [], points = [] } = end.value ?? {};
  const unsigned: Unsigned | undefined =
    signatures.length === 0 ? unsignedBecause(points, keying.value?.suite) : undefined;
  return (
    <section aria-labelledby="signatures-title" class="signatures">
      <h2 id="signatures-title">{words.title}</h2>
      <p class="quiet">{unsigned === undefined ? words.lead : words.none[unsigned]}</p>
      {signatures.map(signature => (
        <Signed key={signature.step} signature={signature} />
      ))}
    </section>
  );
}

function Signed({
  signature: { by, message, section, step, parts, over, scheme, key, isGood, signature },
}: {
  readonly signature: Signature;
}) {
  const title = words.of(by, message);
  const isThere = stageAt(step) !== 'to come';
  const size = concat(...parts.map(({ bytes }) => bytes)).length;
  return (
    <article aria-label={title} class={isThere ? by : 'to-come'}>
      <h3 class={by}>{title}</h3>
      <p class="quiet">
        {section}
        {isThere && ` · ${words.signed(size)}`}
      </p>
      {!isThere && <p class="quiet">{words.toCome}</p>}
      {isThere && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to by keyboard too */}
          <section class="signed" aria-label={words.signed(size)} tabIndex={0}>
            <ByteParts
              label={words.signed(size)}
              at={part.at}
              parts={parts.map(({ name, bytes }) => ({
                name: nameOf(name),
                bytes,
                note: name === 'hash' && over !== undefined ? words.over(over) : noteOf(name, bytes),
              }))}
            />
          </section>
          <dl>
            <div>
              <dt>{words.scheme}</dt>
              <dd>
                <code>{scheme}</code>
              </dd>
            </div>
            <div>
              <dt>{words.key}</dt>
              <dd>{key === undefined ? words.unknownKey : <code>{key}</code>}</dd>
            </div>
            <div>
              <dt>{words.signature}</dt>
              <dd>
                <Hex bytes={signature} />
              </dd>
            </div>
          </dl>
          <Verdict isGood={isGood} />
        </>
      )}
    </article>
  );
}

function Verdict({ isGood }: Pick<Signature, 'isGood'>) {
  if (isGood === undefined) return <p class="quiet">{words.unchecked}</p>;
  return <p class={isGood ? 'good' : 'wrong'}>{isGood ? words.good : words.bad}</p>;
}

function nameOf(name: string): string {
  return name in part ? String(part[name as 'padding']) : name;
}

function noteOf(name: string, bytes: Uint8Array): string | undefined {
  return name === 'context' ? `"${new TextDecoder().decode(bytes)}"` : part.note[name];
}
