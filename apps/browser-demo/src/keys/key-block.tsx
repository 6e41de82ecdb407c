/** The key block of TLS 1.2, cut into its parts (RFC 5246 §6.3). */
import { Hex } from '../parts/hex.tsx';
import { keyTexts } from '../texts/keys.ts';
import { NodeLink } from './details.tsx';
import { end, stageAt } from './state.ts';

const { block: words } = keyTexts;

export function KeyBlock() {
  const { nodes = [] } = end.value ?? {};
  const block = nodes.find(({ name }) => name === 'key_block');
  const parts = nodes.filter(({ how }) => how === 'part');
  if (block === undefined || parts.length === 0) return null;
  const isThere = stageAt(block.step) !== 'to come';
  const has = (what: string) => parts.some(({ name }) => name.endsWith(what));
  const sum = parts.reduce((total, { value }) => total + value.length, 0);
  return (
    <section aria-labelledby="block-title" class="key-block">
      <h2 id="block-title">{words.title}</h2>
      <p class="quiet">
        {words.lead} {!has('MAC_key') && words.aead} {!has('IV') && words.cbc}
      </p>
      <div class="cut" aria-hidden="true">
        {parts.map(({ name, whose, value }) => (
          <span key={name} class={whose ?? 'both'} style={{ '--bytes': value.length }} />
        ))}
      </div>
      <table aria-label={words.title}>
        <thead>
          <tr>
            <th scope="col">{words.part}</th>
            <th scope="col" class="size">
              {words.offset}
            </th>
            <th scope="col" class="size">
              {words.length}
            </th>
            <th scope="col">{words.value}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(node => (
            <tr key={node.number}>
              <th scope="row">
                <NodeLink node={node} />
              </th>
              <td class="size" data-name={words.offset}>
                {node.offset}
              </td>
              <td class="size" data-name={words.length}>
                {node.value.length}
              </td>
              <td data-name={words.value}>{isThere && <Hex bytes={node.value} />}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.sum}</th>
            <td class="size" data-name={words.offset}>
              0
            </td>
            <td class="size" data-name={words.length}>
              {sum}
            </td>
            <td data-name={words.value} />
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
