/**
 * Client authentication after the handshake (RFC 9846 §4.7.2), both sides:
 *
 *        Client                                               Server
 *
 *                                 <--------      [CertificateRequest]
 *        [Certificate]
 *        [CertificateVerify*]
 *        [Finished]               -------->
 *
 * Each exchange has a transcript of its own: that of the handshake, and the request (§4.5). Several may be under way.
 */
import { TlsError } from '@tlskit/tls-alerts';
import {
  type AnyMessage,
  type ClientConfig,
  type Command,
  emit,
  type Flow,
  identityOf,
  type Received,
  type ServerConfig,
  sendRaw,
  type Transcript,
} from '@tlskit/tls-handshake';
import {
  type Certificate,
  type CertificateRequest,
  certificate,
  certificateRequest,
  certificateVerify,
  encodeMessage,
  finished,
  postHandshakeAuthRow,
} from '@tlskit/tls-messages';
import { toHex } from '@tlskit/tls-wire';
import { apart } from './apart.ts';
import { checkFinished } from './authentication.ts';
import { typesOf } from './certificate-entries.ts';
import { makeCertificateRequest, type RequestedCertificate, readCertificateRequest } from './certificate-request.ts';
import { answerRequest, recvClientAuth } from './client-auth.ts';
import { illegal } from './context.ts';
import type { ClientFeature, ClientKit } from './kit.ts';
import type { Standing } from './post-handshake.ts';
import { Tasks } from './tasks.ts';
import type { Tickets } from './tickets.ts';

/** Requests that wait for their answers at a time, unless the configuration says otherwise. */
const MAX_REQUESTS = 8;

/** How a client answers that says that it may be asked after the handshake. */
export type ClientPostHandshakeAuth = (connection: AskedConnection) => ClientRequests;

/** To be asked for a certificate after the handshake: with `credentials`, which has the answers. */
export const postHandshakeAuth: ClientFeature = {
  postHandshakeAuth: connection => new ClientRequests(connection),
  rows: [postHandshakeAuthRow],
};

/** The transcript is that of the whole handshake, and the CertificateType the one that was negotiated, if one was. */
interface AskedConnection {
  readonly config: ClientConfig;
  readonly kit: ClientKit;
  readonly transcript: Transcript;
  readonly certificateType: number | undefined;
}

/** What the client is asked. */
class ClientRequests {
  readonly tasks: Tasks = new Tasks();
  readonly #kit: ClientKit;
  readonly #config: ClientConfig;
  readonly #transcript: Transcript;
  readonly #type: number | undefined;
  readonly #waiting = new Set<string>();

  constructor(connection: AskedConnection) {
    this.#kit = connection.kit;
    this.#config = connection.config;
    this.#transcript = connection.transcript;
    this.#type = connection.certificateType;
  }

  /** <-- [CertificateRequest]; the answer comes when it is there */
  *answer({ body, raw }: Received<CertificateRequest>, { keys }: Standing): Flow<void> {
    const request = readCertificateRequest(this.#kit, this.#type, body);
    const name = toHex(request.context);
    // RFC 9846 §4.4.2: the context is unique; of two with the same nobody could tell the answers apart.
    if (this.#waiting.has(name)) throw illegal('a second request with the same context', 'RFC 9846 §4.4.2');
    const { maxCertificateRequests: max = MAX_REQUESTS } = this.#config.limits;
    if (this.#waiting.size >= max) {
      throw new TlsError('ERR_TLS_FLOOD', `more than ${max} requests for a certificate wait for their answers`);
    }
    this.#waiting.add(name);
    const transcript = this.#transcript.fork();
    transcript.add(raw);
    yield* this.tasks.start(this.#answer(request, name, transcript, keys));
  }

  /** [Certificate], [CertificateVerify*], [Finished] -->, at once: "with no intervening messages" (RFC 9846 §4.7.2) */
  *#answer(request: RequestedCertificate, name: string, transcript: Transcript, keys: Standing['keys']): Flow<void> {
    const flight: Uint8Array[] = [];
    yield* apart(answerRequest(this.#config, transcript, request), transcript, [], flight);
    // The base key is that of the moment: it may have been updated while somebody signed (RFC 9846 §4.5).
    flight.push(encodeMessage(finished, { verify_data: keys.write.verifyData(transcript.hash()) }));
    for (const message of flight) yield* sendRaw('application', message);
    this.#waiting.delete(name);
  }
}

/** A request of ours that was not answered yet. */
interface Request {
  /** Up to the request. */
  readonly transcript: Transcript;
  readonly context: Uint8Array;
  readonly required: boolean;
  readonly asked: ReadonlySet<number>;
  readonly certificateType: number | undefined;
}

/** What a server asks. */
export class ServerRequests {
  readonly #config: ServerConfig;
  readonly #transcript: Transcript;
  readonly #type: number | undefined;
  readonly #tickets: Tickets;
  readonly #tasks: Tasks;
  readonly #waiting = new Map<string, Request>();

  /** @param connection as for a client */
  constructor(
    connection: {
      readonly config: ServerConfig;
      readonly transcript: Transcript;
      readonly certificateType: number | undefined;
    },
    tickets: Tickets,
    tasks: Tasks,
  ) {
    this.#config = connection.config;
    this.#transcript = connection.transcript;
    this.#type = connection.certificateType;
    this.#tickets = tickets;
    this.#tasks = tasks;
  }

  /** What may come beside other messages: answers, as long as one is to come. */
  get messages(): readonly AnyMessage[] {
    return this.#waiting.size > 0 ? [certificate] : [];
  }

  /** [CertificateRequest] -->. That it may be sent is for whoever gives the command to see. */
  *ask({ context, required }: Extract<Command, { type: 'request-certificate' }>): Flow<void> {
    const request = makeCertificateRequest(this.#config, context);
    const raw = encodeMessage(certificateRequest, request);
    const transcript = this.#transcript.fork();
    transcript.add(raw);
    this.#waiting.set(toHex(context), {
      transcript,
      context,
      required,
      asked: typesOf(request.extensions),
      certificateType: this.#type,
    });
    yield* sendRaw('application', raw);
  }

  /** --> [Certificate], [CertificateVerify*], [Finished]; they are judged when all is there */
  *receive(first: Received<Certificate>, { keys, take }: Standing): Flow<void> {
    const name = toHex(first.body.certificate_request_context);
    const request = this.#waiting.get(name);
    // RFC 9846 §4.5.1: the context is that of a request, and each is answered once.
    if (request === undefined) throw illegal('a Certificate that answers no request', 'RFC 9846 §4.5.1');
    this.#waiting.delete(name);
    const answer: Received[] = [first];
    // RFC 9846 §4.5.2: it comes with a Certificate that is not empty, and only then.
    if (first.body.certificate_list.length > 0) answer.push(yield* take('WAIT_CV', () => [certificateVerify]));
    const transcript = request.transcript.fork();
    for (const { raw } of answer) transcript.add(raw);
    const { body } = yield* take('WAIT_FINISHED', () => [finished]);
    checkFinished(body as { verify_data: Uint8Array }, keys.read.verifyData(transcript.hash()));
    yield* this.#tasks.start(this.#judge(request, answer));
  }

  *#judge(request: Request, answer: Received[]): Flow<void> {
    const { transcript, context } = request;
    const authenticated = yield* apart(recvClientAuth(this.#config, request), transcript, answer, []);
    yield* emit({ type: 'client-authentication', context, authenticated });
    if (authenticated === undefined) return;
    // RFC 9846 §4.7.1: sessions that are resumed from here on have the client's identity.
    this.#tickets.identify(identityOf(this.#config, authenticated));
    yield* this.#tickets.send();
  }
}
