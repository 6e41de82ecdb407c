/** `tlskit get`: a resource by HTTP/1.1 over our TLS, verified. */
import { STATUS_CODES } from 'node:http';
import { asUsage, print, printable, printableJson } from '@tlskit/cli-kit';
import { TlsError } from 'tlskit';
import { createClient, type TlsClient, type TlsSocket } from 'tlskit/node';
import { failureOf } from '../connect/failure.ts';
import type { Failure } from '../connect/findings.ts';
import { Outputs } from '../connect/outputs.ts';
import { failureText } from '../connect/report.ts';
import { Deadline } from '../deadline.ts';
import { handshakeFailure, leave, type Secured, shakeHands } from '../dial/shake-hands.ts';
import { exitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { TlsSettings } from '../tls-options.ts';
import { version } from '../version.ts';
import { type Answer, exchange, isUnreadable, MAX_HEAD, notHttp } from './exchange.ts';
import { type Findings, reportObject } from './json.ts';
import { type GetSettings, getSettings, type HttpRequest } from './options.ts';
import { fileOutput, nowhere, type Output, standardOutput } from './output.ts';
import { redirected, redirectOf } from './redirect.ts';

/** @returns the exit code. @throws UsageError */
export async function runGet(args: readonly string[], io: Io): Promise<number> {
  const settings = getSettings(args, io.env, version());
  const client = clientOf(settings.tls);
  const outputs = await Outputs.open(settings, io);
  // There is no report that it could wait for.
  outputs.releaseTrace();
  const findings: Findings = { url: settings.url, hops: [], answer: undefined, failure: undefined };
  try {
    await new Getting(settings, io, outputs, findings, client).run();
  } finally {
    outputs.close();
  }
  const { failure } = findings;
  if (settings.json) await print(io.stdout, `${printableJson(reportObject(findings))}\n`);
  else if (failure !== undefined && !io.signal.aborted) await print(io.stderr, `tlskit: ${failureText(failure)}\n`);
  return exitCode(failure?.outcome ?? 'good');
}

/** One deadline is for all, and it is ours. @throws UsageError */
function clientOf(tls: TlsSettings): TlsClient {
  return asUsage(() => createClient({ ...tls.client, alpn: ['http/1.1'], handshakeTimeout: 0 }));
}

class Getting {
  readonly #settings: GetSettings;
  readonly #io: Io;
  readonly #outputs: Outputs;
  readonly #findings: Findings;
  readonly #client: TlsClient;

  constructor(settings: GetSettings, io: Io, outputs: Outputs, findings: Findings, client: TlsClient) {
    this.#settings = settings;
    this.#io = io;
    this.#outputs = outputs;
    this.#findings = findings;
    this.#client = client;
  }

  /** From the first connection to the last byte; what goes wrong is in the findings. @throws UsageError */
  async run(): Promise<void> {
    const deadline = new Deadline(this.#settings.timeout, this.#io.signal);
    let socket: TlsSocket | undefined;
    const stop = (): void => void socket?.destroy();
    try {
      const answered = await this.#follow(deadline);
      deadline.clear();
      if (answered === undefined) return;
      socket = answered.socket;
      this.#io.signal.addEventListener('abort', stop);
      if (this.#io.signal.aborted) stop();
      await this.#deliver(answered.answer);
    } catch (error) {
      this.#findings.failure ??= failureOf(error, true);
    } finally {
      deadline.clear();
      this.#io.signal.removeEventListener('abort', stop);
      if (socket !== undefined) await leave(socket);
    }
  }

  /** The answer that counts, after all redirects; undefined after a failure. */
  async #follow(deadline: Deadline): Promise<{ answer: Answer; socket: TlsSocket } | undefined> {
    let { url, request } = this.#settings;
    let left = this.#settings.redirects;
    for (;;) {
      const answered = await this.#ask(url, request, deadline);
      if (answered === undefined || left === undefined) return answered;
      const { answer } = answered;
      try {
        const to = redirectOf(answer.status, answer.message.headers.location, url);
        if (to === undefined) return answered;
        if (left-- === 0) throw new Error(`the server redirects more than ${this.#settings.redirects} times`);
        request = redirected(request, answer.status, to.host !== url.host);
        url = to;
      } catch (error) {
        this.#fail({ outcome: 'handshake', code: 'ERR_HTTP_REDIRECT', message: (error as Error).message });
      }
      answer.abandon();
      if (this.#findings.failure !== undefined) return undefined;
    }
  }

  /** One request, over a connection of its own. */
  async #ask(
    url: URL,
    request: HttpRequest,
    deadline: Deadline,
  ): Promise<{ answer: Answer; socket: TlsSocket } | undefined> {
    const secured = await this.#connect(url, deadline);
    if (secured === undefined) return undefined;
    const { socket } = secured;
    try {
      const place = { host: url.host, path: `${url.pathname}${url.search}` };
      const answer = await exchange(socket, place, request, deadline.signal);
      this.#findings.answer = answer;
      this.#findings.hops.push({ url, secured, answer });
      return { answer, socket };
    } catch (error) {
      this.#fail(
        deadline.passed
          ? { outcome: 'timeout', code: 'ETIMEDOUT', message: `no answer within ${(deadline.timeout ?? 0) / 1000} s` }
          : exchangeFailure(error, socket),
      );
      return undefined;
    }
  }

  async #connect(url: URL, deadline: Deadline): Promise<Secured | undefined> {
    const { route, names } = this.#settings.target(url);
    const client = url.host === this.#settings.url.host ? this.#client : clientOf(this.#settings.tlsElsewhere);
    try {
      return await shakeHands(route, deadline.signal, dialed =>
        client.connect({ ...names, transport: dialed.transport, ...this.#outputs.watch(dialed) }),
      );
    } catch (error) {
      this.#fail(handshakeFailure(error, deadline));
      return undefined;
    }
  }

  async #deliver(answer: Answer): Promise<void> {
    const { fail, include } = this.#settings;
    if (fail && answer.status >= 400) {
      this.#fail({ outcome: 'policy', code: 'ERR_HTTP_STATUS', message: `the server answers ${statusText(answer)}` });
      answer.abandon();
      return;
    }
    const output = this.#output();
    try {
      const reads = !include || (await output.write(headText(answer)));
      const failure = reads ? await answer.body(chunk => output.write(chunk)) : undefined;
      if (failure !== undefined && !this.#io.signal.aborted) this.#fail(failure);
    } finally {
      await output.end();
    }
  }

  #output(): Output {
    const { output, json } = this.#settings;
    if (output !== undefined) return fileOutput(output);
    return json ? nowhere : standardOutput(this.#io.stdout);
  }

  #fail(failure: Failure): void {
    this.#findings.failure ??= failure;
  }
}

/** What there was in place of an answer. */
function exchangeFailure(error: unknown, socket: TlsSocket): Failure {
  const cause = socket.errored ?? error;
  if (cause instanceof TlsError) return failureOf(cause, true);
  if (isUnreadable(error)) return notHttp(error);
  const { code, message } = error as NodeJS.ErrnoException;
  return { outcome: 'handshake', code: code ?? 'ERR_HTTP_ANSWER', message };
}

function statusText({ status, message }: Answer): string {
  return `${status} ${printable(message.statusMessage || (STATUS_CODES[status] ?? ''), 80)}`.trimEnd();
}

/** The head as it came, but for what would act on a terminal. */
function headText(answer: Answer): string {
  const lines = answer.headers.map(([name, value]) => `${name}: ${printable(value, MAX_HEAD)}\r\n`);
  return `HTTP/${answer.message.httpVersion} ${statusText(answer)}\r\n${lines.join('')}\r\n`;
}
