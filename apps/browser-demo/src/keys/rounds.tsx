/** A call of the PRF of TLS 1.2, step by step: each A(i), and the output that it gives (RFC 5246 §5). */
import type { KeyNode, Round } from '../lab/key-nodes.ts';
import { Hex } from '../parts/hex.tsx';
import { keyTexts } from '../texts/keys.ts';

const { prf: words } = keyTexts;

interface RoundsProps {
  readonly node: KeyNode;
  readonly rounds: readonly Round[];
}

export function Rounds({ node: { value }, rounds }: RoundsProps) {
  let left = value.length;
  return (
    <>
      <h4>{keyTexts.details.rounds}</h4>
      <ol class="rounds">
        {rounds.map(({ a, block }, index) => {
          const used = Math.min(left, block.length);
          left -= used;
          const seed = index === 0 ? 'label + seed' : words.round(index);
          return (
            <li key={index}>
              <code>{`${words.round(index + 1)} = HMAC(secret, ${seed})`}</code>
              <Hex bytes={a} />
              <code>{`HMAC(secret, ${words.round(index + 1)} + label + seed)`}</code>
              <Hex bytes={block} />
              {used < block.length && <small>{words.used(used)}</small>}
            </li>
          );
        })}
      </ol>
    </>
  );
}
