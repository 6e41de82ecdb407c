/** What the owner of a connection may ask of it beside reading and writing; every face has these under the same names. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { CertificateRequestOptions, Engine } from '@tlskit/tls-engine';
import { type ChannelBindingType, channelBinding } from '../channel-binding.ts';
import type { ConnectionInfo } from '../info.ts';
import { CertificateRequests } from './certificate-requests.ts';
import type { Dispatch } from './dispatch.ts';

export interface ControlsHost {
  /** Undefined before the connection begins. */
  readonly engine: Engine | undefined;
  /** Whether nothing is done any more. */
  readonly destroyed: boolean;
  readonly provider: Pick<CryptoProvider, 'hashes' | 'random'>;
  readonly dispatch: Dispatch;
}

/** Bytes of a heartbeat's payload that nobody chose. */
const HEARTBEAT_LENGTH = 16;

export class Controls {
  /** Of the client's certificate. */
  readonly requests = new CertificateRequests();
  readonly #host: ControlsHost;
  /** Heartbeats that are on their way. */
  readonly #beats = new Set<(error: Error) => void>();

  constructor(host: ControlsHost) {
    this.#host = host;
  }

  exportEarlyKeyingMaterial(label: string, context: Uint8Array, length: number): Uint8Array {
    const { engine } = this.#host;
    if (engine === undefined) throw new TlsError('ERR_TLS_INVALID_STATE', 'the connection does not stand');
    return engine.exportEarlyKeyingMaterial(label, context, length);
  }

  exportKeyingMaterial(label: string, context: Uint8Array | undefined, length: number): Uint8Array {
    const { engine } = this.#host;
    if (engine?.connection === undefined || engine.closed) {
      throw new TlsError('ERR_TLS_INVALID_STATE', 'keying material is exported from an open connection');
    }
    return engine.connection.exportKeyingMaterial(label, context, length);
  }

  channelBinding(type: ChannelBindingType): Uint8Array {
    const { engine, provider } = this.#host;
    if (engine === undefined) throw new TlsError('ERR_TLS_INVALID_STATE', 'the connection does not stand');
    return channelBinding(engine, type, provider);
  }

  heartbeat(payload: Uint8Array = this.#host.provider.random(HEARTBEAT_LENGTH)): Promise<void> {
    const { dispatch } = this.#host;
    const ask = (engine: Engine) =>
      new Promise<void>((resolve, reject) => {
        const answered = () => {
          this.#beats.delete(reject);
          resolve();
        };
        engine.heartbeat(payload, () => dispatch.note(answered));
        this.#beats.add(reject);
      });
    return this.#asking('heartbeats are of an open connection', ask);
  }

  updateKeys(requestPeer: boolean): void {
    const engine = this.#open('keys are updated on an open connection');
    this.#host.dispatch.drive(() => engine.updateKeys({ requestPeer }));
  }

  renegotiate(): void {
    const engine = this.#open('handshakes are made anew on an open connection');
    this.#host.dispatch.drive(() => engine.renegotiate());
  }

  /** Whoever does not care for the answer need not handle that it never comes. */
  requestClientCertificate(options: CertificateRequestOptions): Promise<ConnectionInfo | undefined> {
    const answer = this.#asking('a client is asked for its certificate on an open connection', engine =>
      this.requests.make(() => engine.requestClientCertificate(options)),
    );
    answer.catch(() => {});
    return answer;
  }

  /** The connection ended: whoever waits for something hears of it. */
  fail(error: Error): void {
    this.requests.fail(error);
    for (const reject of this.#beats) reject(error);
    this.#beats.clear();
  }

  /** What is refused rejects. What a listener throws who is told meanwhile is no answer: it is thrown, as by all other calls. */
  #asking<T>(message: string, ask: (engine: Engine) => Promise<T>): Promise<T> {
    const { engine, destroyed, dispatch } = this.#host;
    if (engine === undefined || destroyed) return Promise.reject(new TlsError('ERR_TLS_INVALID_STATE', message));
    let answer: Promise<T> | undefined;
    try {
      dispatch.drive(() => {
        answer = ask(engine);
      });
    } catch (error) {
      // Nobody has it who could handle it.
      answer?.catch(() => {});
      throw error;
    }
    return answer as Promise<T>;
  }

  #open(message: string): Engine {
    const { engine, destroyed } = this.#host;
    if (engine === undefined || destroyed) throw new TlsError('ERR_TLS_INVALID_STATE', message);
    return engine;
  }
}
