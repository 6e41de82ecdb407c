/**
 * As much of HTTP/1.x (RFC 9112) as it takes to answer one GET and close: the head of a request, however it is cut into
 * pieces, and one response. Bodies are not read, connections are not kept.
 */

export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  /** `HTTP/1.0`, or a later 1.x. */
  readonly version: string;
  /** Field names in lower case; of fields that came twice, the values joined by commas (RFC 9110 §5.3). */
  readonly fields: ReadonlyMap<string, string>;
}

/** A request that is refused, by its status code. */
export interface HttpRefusal {
  readonly status: 400 | 405 | 431 | 505;
}

/** The most bytes of a request's head. */
export const MAX_HEAD = 16_384;

const CR = 0x0d;
const LF = 0x0a;

/** Takes bytes until the blank line that ends the head of a request. */
export class RequestReader {
  #parts: Uint8Array[] = [];
  #length = 0;
  /** Where the blank line's search is: bytes other than CR since the last LF, and whether a line came at all. */
  #lineLength = 0;
  #started = false;

  /** The request once its head is complete, or why it is refused; undefined while more is needed. Bytes behind the head are left alone. */
  push(bytes: Uint8Array): HttpRequest | HttpRefusal | undefined {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte !== LF) {
        if (byte !== CR) this.#lineLength++;
        continue;
      }
      // RFC 9112 §2.2: empty lines before the request line are ignored, and a bare LF ends a line too.
      const isBlank = this.#lineLength === 0 && this.#started;
      this.#started ||= this.#lineLength > 0;
      this.#lineLength = 0;
      if (isBlank) return this.#finish(bytes.subarray(0, at + 1));
    }
    this.#length += bytes.length;
    if (this.#length > MAX_HEAD) return { status: 431 };
    this.#parts.push(bytes.slice());
    return undefined;
  }

  #finish(last: Uint8Array): HttpRequest | HttpRefusal {
    if (this.#length + last.length > MAX_HEAD) return { status: 431 };
    return parseHead(Buffer.concat([...this.#parts, last]).toString('latin1'));
  }
}

/** A response that ends the connection. HEAD gets everything but the body. */
export function response(status: number, type: string, body: string, { head = false } = {}): Buffer {
  const length = Buffer.byteLength(body);
  return Buffer.from(`${responseHead(status, type, length)}${head ? '' : body}`);
}

/** @param length of the body, in bytes */
export function responseHead(status: number, type: string, length: number): string {
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? ''}`,
    `content-type: ${type}; charset=utf-8`,
    `content-length: ${length}`,
    ...(status === 405 ? ['allow: GET, HEAD'] : []),
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Of the two, what the client would rather have (RFC 9110 §12.5.1, without the weights): HTML unless only text is named. */
export function preferredType({ fields }: HttpRequest): 'text/html' | 'text/plain' {
  const accept = fields.get('accept')?.toLowerCase() ?? '';
  return accept.includes('text/plain') && !accept.includes('text/html') ? 'text/plain' : 'text/html';
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  405: 'Method Not Allowed',
  409: 'Conflict',
  425: 'Too Early',
  431: 'Request Header Fields Too Large',
  505: 'HTTP Version Not Supported',
};

/** RFC 9110 §5.6.2. */
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const requestLine = new RegExp(`^(${token}) ([\\x21-\\x7e\\x80-\\xff]+) (HTTP/(\\d)\\.\\d)$`);
const fieldLine = new RegExp(`^(${token}):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[ \\t]*$`);

function parseHead(head: string): HttpRequest | HttpRefusal {
  const [first = '', ...rest] = head.replace(/^[\r\n]+|[\r\n]+$/g, '').split(/\r?\n/);
  const parts = requestLine.exec(first);
  if (parts === null) return { status: 400 };
  const [, method = '', target = '', version = '', major] = parts;
  if (major !== '1') return { status: 505 };
  const fields = new Map<string, string>();
  for (const line of rest) {
    const match = fieldLine.exec(line);
    if (match === null) return { status: 400 };
    const [, name = '', value = ''] = match;
    const before = fields.get(name.toLowerCase());
    fields.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405 };
  return { method, target, version, fields };
}
