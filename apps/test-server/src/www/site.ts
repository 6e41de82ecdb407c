/** What there is to be got by `--www`, path by path. */
import { printable, printableJson } from '@tlskit/cli-kit';
import { type CryptoProvider, TlsError } from 'tlskit';
import type { Client } from '../observe/client.ts';
import { factsOf } from '../observe/facts.ts';
import type { Metrics } from '../observe/metrics.ts';
import { offerOf } from '../observe/offer.ts';
import { verdictOn } from '../observe/verdict.ts';
import { helloReport } from './hello.ts';
import { type HttpRequest, preferredType, response, responseHead } from './http.ts';
import { htmlPage, type Offering, textPage } from './page.ts';

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
    };
  }

  answer(request: HttpRequest, client: Client, early: boolean): Buffer {
    const asked = { request, client, early };
    const head = request.method === 'HEAD';
    if (early && this.#options.tooEarly) return whole(tooEarly, head);
    const path = request.target.replace(/[?#].*$/s, '');
    const route = Object.hasOwn(this.#routes, path) ? this.#routes[path] : undefined;
    if (route !== undefined) return whole(route(asked), head);
    const { replySize } = this.#options;
    return replySize === undefined ? whole(overview(asked), head) : filled(replySize, head);
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
  const type = preferredType(request);
  const facts = [
    ...factsOf(client),
    ['request', printable(`${request.method} ${request.target} ${request.version}`)],
  ] as const;
  const page = type === 'text/html' ? htmlPage : textPage;
  return { type, body: page(facts, offeringOf(client)) };
}

function offeringOf({ hellos: [first] }: Client): Offering | undefined {
  const offer = first && offerOf(first);
  return offer && { offer, verdict: verdictOn(offer) };
}

function whole({ status = 200, type, body }: Reply, head: boolean): Buffer {
  return response(status, type, body, { head });
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
