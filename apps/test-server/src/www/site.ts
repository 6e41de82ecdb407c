/** What there is to be got by `--www`, path by path. */
import { printable, printableJson, UsageError } from '@tlskit/cli-kit';
import { type CryptoProvider, TlsError } from 'tlskit';
import { faultOf, isForAnswers } from '../faults/catalogue.ts';
import type { FaultParts } from '../faults/fault.ts';
import type { Client } from '../observe/client.ts';
import { factsOf } from '../observe/facts.ts';
import type { Metrics } from '../observe/metrics.ts';
import { offerOf } from '../observe/offer.ts';
import { verdictOn } from '../observe/verdict.ts';
import { cataloguePage, entryPage } from './catalogue.ts';
import { helloReport } from './hello.ts';
import { type HttpRequest, preferredType, response, responseHead } from './http.ts';
import { negotiatedPage, type Offering, type Page } from './page.ts';

export interface SiteOptions {
  readonly provider: CryptoProvider;
  readonly metrics: Metrics;
  /** Bytes of the usual answer; undefined for the page. */
  readonly replySize: number | undefined;
  /** Whether every request that came early is answered by 425. */
  readonly tooEarly: boolean;
}

/** An answer before it has its form. */
interface Reply {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
  /** What goes wrong with it. */
  readonly fault?: FaultParts;
}

/** Bytes, and what goes wrong with them. */
export interface Answer {
  readonly bytes: Buffer;
  readonly fault?: FaultParts | undefined;
}

/** A request with whom it is from, and whether all of it was early data. */
interface Asked {
  readonly request: HttpRequest;
  readonly client: Client;
  readonly early: boolean;
}

export class Site {
  readonly #options: SiteOptions;
  readonly #routes: Readonly<Record<string, (asked: Asked) => Reply>>;

  constructor(options: SiteOptions) {
    this.#options = options;
    this.#routes = {
      '/api/hello': ({ client, early }) => ({
        type: 'application/json',
        body: `${printableJson(helloReport(client, early, options.provider))}\n`,
      }),
      '/healthz': () => text('ok\n'),
      '/metrics': () => ({ type: 'text/plain; version=0.0.4', body: options.metrics.render() }),
      '/early': ({ early }) => text(early ? 'early\n' : 'not early\n'),
      '/early/425': ({ early }) => (early ? tooEarly : text('not early\n')),
      '/keyupdate': keyUpdate,
      '/faults': ({ request }) => page(request, cataloguePage()),
    };
  }

  answer(request: HttpRequest, client: Client, early: boolean): Answer {
    const asked = { request, client, early };
    const head = request.method === 'HEAD';
    if (early && this.#options.tooEarly) return whole(tooEarly, head);
    const path = request.target.replace(/[?#].*$/s, '');
    const route = Object.hasOwn(this.#routes, path) ? this.#routes[path] : folderOf(path);
    if (route !== undefined) return whole(route(asked), head);
    const { replySize } = this.#options;
    return replySize === undefined ? whole(overview(asked), head) : { bytes: filled(replySize, head) };
  }
}

/** What is the same for all paths of a folder. */
function folderOf(path: string): ((asked: Asked) => Reply) | undefined {
  const [, folder, name = ''] = /^\/(faults|do)\/([^/]+)$/.exec(path) ?? [];
  if (folder === undefined) return undefined;
  return folder === 'do' ? asked => misbehaving(name, asked) : ({ request }) => entry(name, request);
}

function entry(name: string, request: HttpRequest): Reply {
  const found = entryPage(name);
  return found === undefined
    ? { ...text('there is no such thing: /faults has all\n'), status: 404 }
    : page(request, found);
}

/** A fault that is done to the answer, or to what comes behind it. */
function misbehaving(text_: string, { client }: Asked): Reply {
  if (client.misbehave === undefined)
    return { ...text('faults are asked for where the server has --bad\n'), status: 403 };
  try {
    const fault = faultOf(text_);
    if (isForAnswers(fault)) return { ...text(`${fault.name}\n`), fault };
    return {
      ...text(`${fault.name} belongs to the handshake: ask for the name ${fault.name}.localhost\n`),
      status: 409,
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { ...text(`${printable(error.message, 400)}\n`), status: 404 };
  }
}

const tooEarly: Reply = { status: 425, type: 'text/plain', body: 'too early\n' };

function text(body: string): Reply {
  return { type: 'text/plain', body };
}

/** New keys go before the answer, which is under them. */
function keyUpdate({ client, request }: Asked): Reply {
  try {
    client.socket.updateKeys({ requestPeer: !request.target.endsWith('?alone') });
  } catch (error) {
    return { status: 409, type: 'text/plain', body: `${TlsError.from(error).message}\n` };
  }
  return text('the keys are new\n');
}

function overview({ request, client }: Asked): Reply {
  const facts = [
    ...factsOf(client),
    ['request', printable(`${request.method} ${request.target} ${request.version}`)],
  ] as const;
  return page(request, negotiatedPage(facts, offeringOf(client)));
}

function page(request: HttpRequest, { html, text: plain }: Page): Reply {
  const type = preferredType(request);
  return { type, body: type === 'text/html' ? html() : plain() };
}

function offeringOf({ hellos: [first] }: Client): Offering | undefined {
  const offer = first && offerOf(first);
  return offer && { offer, verdict: verdictOn(offer) };
}

function whole({ status = 200, type, body, fault }: Reply, head: boolean): Answer {
  return { bytes: response(status, type, body, { head }), fault };
}

/** So many bytes, the head included; a size that no head fits in is filled without one. */
function filled(size: number, headOnly: boolean): Buffer {
  const headFor = (length: number) => responseHead(200, 'text/plain', length);
  // The length of the body has digits in the head: it is a few bytes less than it looks at first.
  let length = size - headFor(size).length;
  while (length >= 0 && headFor(length + 1).length + length + 1 <= size) length++;
  if (length < 0) return Buffer.alloc(size, 'x');
  const head = headFor(length);
  // Where a digit more is a byte too many, a space makes up for it: fields may have some behind them (RFC 9112 §5).
  const start = head.replace('\r\n\r\n', `${' '.repeat(size - head.length - length)}\r\n\r\n`);
  return headOnly ? Buffer.from(start) : Buffer.concat([Buffer.from(start), Buffer.alloc(length, 'x')]);
}
