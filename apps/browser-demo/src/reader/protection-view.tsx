/** How a record is protected: keys, nonce, additional data, tag, each byte with what it is. */
import { hex } from '../parts/digits.ts';
import { RfcLink } from '../parts/rfc-link.tsx';
import { reader } from '../texts/reader.ts';
import type { ProtectionFacts, Row } from './protection.ts';

const { protection: words } = reader;

interface ProtectionViewProps {
  readonly facts: ProtectionFacts | undefined;
  readonly sender: 'client' | 'server';
}

export function ProtectionView({ facts, sender }: ProtectionViewProps) {
  if (facts === undefined) return <p>{words.unknown}</p>;
  const { form, keys, nonce, additional, tag, cbc } = facts;
  const { sources } = words;
  const rows = (list: readonly Row[]) => <Rows rows={list} sender={sender} />;
  return (
    <div class="protection">
      {keys.length > 0 && (
        <Part
          title={words.keys}
          text={form === 'tls13' ? words.keysOf13 : words.keysOf12}
          source={form === 'tls13' ? sources.keys13 : sources.keys12}
        >
          {rows(keys)}
        </Part>
      )}
      <Part title={form === 'cbc12' ? words.iv : words.nonce} text={words.nonceOf[form]} source={sources.nonce[form]}>
        {rows(nonce)}
      </Part>
      <Part title={words.additional} text={words.additionalOf[form]} source={sources.additional[form]}>
        {rows(additional)}
      </Part>
      {cbc !== undefined && (
        <Part
          title={words.contents}
          text={`${words.cbcContents(cbc.content, cbc.mac, cbc.padding)}. ${cbc.mac === 0 ? words.order.after : words.order.before}`}
          source={cbc.mac === 0 ? sources.encryptThenMac : sources.nonce.cbc12}
        />
      )}
      {tag.bytes.length > 0 && (
        <Part title={form === 'cbc12' ? words.mac : words.tag} text={words.tagOf[form]} source={sources.tag[form]}>
          {rows([tag])}
        </Part>
      )}
    </div>
  );
}

interface PartProps {
  readonly title: string;
  readonly text: string;
  readonly source: readonly [number, string];
  readonly children?: preact.ComponentChildren;
}

function Part({ title, text, source: [number, section], children }: PartProps) {
  return (
    <section>
      <h3>{title}</h3>
      <p class="quiet">
        {text} <RfcLink number={number} section={section} />
      </p>
      {children}
    </section>
  );
}

interface RowsProps {
  readonly rows: readonly Row[];
  readonly sender: 'client' | 'server';
}

function Rows({ rows, sender }: RowsProps) {
  return (
    <table class="byte-rows">
      <tbody>
        {rows.map(row => (
          <tr key={row.name} data-row={row.name}>
            <th scope="row">{nameOf(row, sender)}</th>
            <td>
              <code>{`${'   '.repeat(row.indent ?? 0)}${hex(row.bytes)}`}</code>
              {row.text !== undefined && !isKey(row) && <span class="quiet said">{row.text}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The name of a key says all that there is to say. */
function isKey({ name }: Row): boolean {
  return name === 'secret' || name === 'mac_key' || name === 'write_key' || name === 'write_iv';
}

function nameOf({ name, text }: Row, sender: 'client' | 'server'): string {
  const named = words.row[name];
  if (typeof named === 'string') return named;
  return name === 'secret' ? (text ?? '') : (named as (sender: 'client' | 'server') => string)(sender);
}
