/** STARTTLS of XMPP (RFC 6120 §5), from clients and from servers. */
import type { Wire } from '../wire.ts';
import type { StartTls } from './starttls.ts';

const TLS = 'urn:ietf:params:xml:ns:xmpp-tls';

export const xmpp: StartTls = { port: 5222, run: (wire, { host }) => negotiate(wire, 'jabber:client', host) };

export const xmppServer: StartTls = { port: 5269, run: (wire, { host }) => negotiate(wire, 'jabber:server', host) };

async function negotiate(wire: Wire, content: string, host: string): Promise<void> {
  wire.write(
    `<?xml version='1.0'?><stream:stream xmlns='${content}' xmlns:stream='http://etherx.jabber.org/streams' ` +
      `to='${escaped(host)}' version='1.0'>`,
  );
  let tag = await nextTag(wire);
  if (/^<\?xml\s/.test(tag.text)) tag = await nextTag(wire);
  if (tag.kind !== 'open' || tag.name !== 'stream') throw wire.malformed('<stream:stream>', tag.text);

  tag = await nextTag(wire);
  if (tag.name === 'error') throw await conditionOf(wire, 'us');
  if (tag.name !== 'features') throw wire.malformed('<stream:features>', tag.text);
  const features = tag.kind === 'empty' ? [] : await childrenOf(wire);
  if (!features.some(({ name, text }) => name === 'starttls' && text.includes(TLS))) {
    throw wire.misconduct('NOT_OFFERED', 'does not offer STARTTLS');
  }

  wire.write(`<starttls xmlns='${TLS}'/>`);
  tag = await nextTag(wire);
  if (tag.name === 'failure') throw wire.refused('STARTTLS', tag.text);
  if (tag.name === 'error') throw await conditionOf(wire, 'STARTTLS');
  if (tag.name !== 'proceed' || !tag.text.includes(TLS)) throw wire.malformed('<proceed/>', tag.text);
  if (tag.kind === 'open') {
    const end = await nextTag(wire);
    if (end.kind !== 'close') throw wire.malformed('</proceed>', end.text);
  }
}

interface Tag {
  readonly kind: 'open' | 'close' | 'empty';
  /** Without its prefix. */
  readonly name: string;
  readonly text: string;
}

/** The next tag, to its `>` and no further; the text before it says nothing here. */
async function nextTag(wire: Wire): Promise<Tag> {
  // A `>` in a value is not the end. In plain text: what a tag is, comments and the like are not for XMPP (RFC 6120 §11.1).
  const item = await wire.take(
    buffered => /^[^<]*<(?:[^<>"']|"[^"]*"|'[^']*')*>/.exec(latin1(buffered))?.[0].length ?? 0,
  );
  const text = item.toString().replace(/^[^<]*/, '');
  const [, slash, name, empty] = /^<([/?]?)(?:[^\s/>:"']+:)?([^\s/>:"'?]+)[\s\S]*?(\/?)>$/.exec(text) ?? [];
  if (name === undefined) throw wire.malformed('XML', text);
  return { kind: slash === '/' ? 'close' : empty === '/' ? 'empty' : 'open', name, text };
}

/** The elements directly in the one that was opened last, to its end. */
async function childrenOf(wire: Wire): Promise<readonly Tag[]> {
  const children: Tag[] = [];
  for (let depth = 1; depth > 0; ) {
    const tag = await nextTag(wire);
    if (tag.kind === 'close') depth--;
    else {
      if (depth === 1) children.push(tag);
      if (tag.kind === 'open') depth++;
    }
  }
  return children;
}

/** Why the stream ends (§4.9): the name of the first element says it. */
async function conditionOf(wire: Wire, what: string): Promise<Error> {
  return wire.refused(what, (await nextTag(wire)).name);
}

/** One character for each byte, so that positions are the bytes'. */
function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
