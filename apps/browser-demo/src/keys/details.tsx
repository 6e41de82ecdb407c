/** The chosen node, with all that there is to say of it. */

import { hkdfLabel } from '@tlskit/tls-keyschedule';
import { encode } from '@tlskit/tls-wire';
import type { ComponentChildren } from 'preact';
import type { KeyNode } from '../lab/key-nodes.ts';
import { ByteParts } from '../parts/byte-parts.tsx';
import { Hex } from '../parts/hex.tsx';
import { records } from '../state/show.ts';
import { keyTexts } from '../texts/keys.ts';
import { formulaOf, pointOf } from './formula.ts';
import type { End } from './model.ts';
import { Rounds } from './rounds.tsx';
import { choose, chosen, end, keying, readRecord, stageAt } from './state.ts';
import { keyLogName, usesOf } from './uses.ts';

const { details: words } = keyTexts;

export function Details() {
  const node = chosen.value;
  const of = end.value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to by keyboard too
    <section class="key-details" aria-label={words.title} tabIndex={0}>
      {node === undefined || of === undefined ? <p class="quiet">{words.prompt}</p> : <About node={node} of={of} />}
    </section>
  );
}

interface AboutProps {
  readonly node: KeyNode;
  readonly of: End;
}

function About({ node, of }: AboutProps) {
  const { name, whose, value, label, step, how, from, number } = node;
  const isThere = stageAt(step) !== 'to come';
  const { lines, section } = formulaOf(node, of);
  const children = of.nodes.filter(other => other.from.includes(number));
  const log = keying.value && keyLogName(node, keying.value.connection);
  return (
    <>
      <h3 class={whose ?? 'both'}>{keyTexts.node(name, whose)}</h3>
      {how === 'input' ? (
        <p>{words.brought[name]}</p>
      ) : (
        <p class="formula">
          {lines.map((line, index) => (
            <code key={line}>{`${index === 0 ? '' : '= '}${line}`}</code>
          ))}
        </p>
      )}
      <p class="quiet">{section}</p>
      {!isThere && <p>{words.toCome}</p>}
      <dl>
        <Row name={words.length}>{keyTexts.bytes(value.length)}</Row>
        {label !== undefined && (
          <Row name={words.label}>
            <code>"{label}"</code>
          </Row>
        )}
        {how !== 'input' && <Context node={node} of={of} isThere={isThere} />}
        {isThere && (
          <Row name={words.value}>
            <Hex bytes={value} />
          </Row>
        )}
        {log !== undefined && (
          <Row name={words.keyLog}>
            <code>{log}</code>
          </Row>
        )}
        {isThere && <Used node={node} of={of} />}
        {from.length > 0 && <Links name={words.from} nodes={from.flatMap(each => of.nodes[each] ?? [])} />}
        {children.length > 0 && <Links name={words.into} nodes={children} />}
      </dl>
      {isThere && how === 'expand' && <HkdfLabel node={node} />}
      {isThere && node.rounds !== undefined && <Rounds node={node} rounds={node.rounds} />}
    </>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What the context is, and what a hash in it is over: message by message. */
function Context({ node, of, isThere }: AboutProps & { readonly isThere: boolean }) {
  const { context, how, label } = node;
  if (how === 'extract' || how === 'part') return null;
  const point = pointOf(node, of);
  const isNothing = point === undefined && how === 'expand' && label !== 'resumption' && context.length > 0;
  return (
    <>
      <Row name={how === 'prf' ? words.seed : words.context}>
        {context.length === 0 ? words.empty : isThere ? <Hex bytes={context} /> : '…'}
        {isNothing && <small>{words.emptyHash}</small>}
      </Row>
      {point !== undefined && <Row name={words.over}>{point.hashed.map(each => each.name).join(', ')}</Row>}
    </>
  );
}

function Used({ node, of }: AboutProps) {
  const uses = usesOf(node, of.nodes, records.value);
  if (uses === undefined) return null;
  return (
    <Row name={words[uses.how]}>
      {uses.records.length === 0 && words.noRecords}
      <ul class="key-links">
        {uses.records.map(number => (
          <li key={number}>
            <button type="button" class="plain" onClick={() => readRecord(number)}>
              {words.record(number)}
            </button>
          </li>
        ))}
      </ul>
    </Row>
  );
}

function Links({ name, nodes }: { readonly name: string; readonly nodes: readonly KeyNode[] }) {
  return (
    <Row name={name}>
      <ul class="key-links">
        {nodes.map(node => (
          <li key={node.number}>
            <NodeLink node={node} />
          </li>
        ))}
      </ul>
    </Row>
  );
}

/** Shows another node in the pane. */
export function NodeLink({ node: { number, name, whose } }: { readonly node: KeyNode }) {
  return (
    <button type="button" class={`plain ${whose ?? 'both'}`} onClick={() => choose(number)}>
      {keyTexts.node(name, whose)}
    </button>
  );
}

/** RFC 9846 §7.1: what HKDF-Expand is given beside the secret. */
function HkdfLabel({ node: { label = '', context, value } }: { readonly node: KeyNode }) {
  const bytes = encode(hkdfLabel, {
    length: value.length,
    label: new TextEncoder().encode(`tls13 ${label}`),
    context,
  });
  const labelEnd = 3 + (bytes[2] as number);
  const parts = [
    { name: `uint16 ${keyTexts.part.length}`, bytes: bytes.subarray(0, 2), note: String(value.length) },
    { name: `${keyTexts.part.label}<7..255>`, bytes: bytes.subarray(2, labelEnd), note: `"tls13 ${label}"` },
    { name: `${keyTexts.part.context}<0..255>`, bytes: bytes.subarray(labelEnd) },
  ];
  return (
    <>
      <h4>{words.hkdfLabel}</h4>
      <ByteParts label={words.hkdfLabel} parts={parts} at={keyTexts.part.at} />
    </>
  );
}
