/** A connection as the server knows it: what the client offered and when it came. */
import { bracketed } from '@tlskit/cli-kit';
import { HandshakeType } from '@tlskit/tls-messages';
import type { ConnectionInfo, Inspector, TlsSocket } from 'tlskit/node';
import type { FaultParts } from '../faults/fault.ts';
import type { Metrics } from './metrics.ts';

/** A client's hellos are kept for as long as its connection stands: the first, and the second after a HelloRetryRequest. */
const MAX_HELLOS = 2;

const MAX_ALERTS = 4;

export class Client {
  readonly socket: TlsSocket;
  /** Milliseconds, of a clock that is never put back. */
  readonly cameAt = performance.now();
  /** ClientHellos, header and body, as they came. */
  readonly hellos: Uint8Array[] = [];
  /** Early data that came before the handshake was complete. */
  readonly early: Buffer[] = [];
  /** Fatal alerts that it sent. */
  readonly alerts: string[] = [];
  /** What must be over before it is answered. */
  held: Promise<unknown> | undefined;
  /** Does something wrong from now on; undefined where faults are not to be had by asking. */
  misbehave: ((fault: FaultParts) => void) | undefined;
  readonly #address: string;

  constructor(socket: TlsSocket) {
    this.socket = socket;
    // A client that is gone has no address any more.
    const { remoteAddress = '?', remotePort = 0 } = socket;
    this.#address = `${bracketed(remoteAddress)}:${remotePort}`;
  }

  /** Address and port. */
  get name(): string {
    return this.#address;
  }

  /** Once the handshake is complete. */
  get info(): ConnectionInfo {
    return this.socket.info as ConnectionInfo;
  }

  inspector(metrics: Metrics): Inspector {
    return {
      message: ({ direction, bytes }) => {
        const isHello = direction === 'in' && bytes[0] === HandshakeType.values.client_hello;
        if (isHello && this.socket.info === undefined && this.hellos.length < MAX_HELLOS)
          this.hellos.push(bytes.slice());
      },
      alert: ({ direction, name = 'unknown', description }) => {
        metrics.alert(direction, name);
        const isFatal = name !== 'close_notify' && name !== 'user_canceled' && name !== 'no_renegotiation';
        if (direction === 'in' && isFatal && this.alerts.length < MAX_ALERTS) {
          this.alerts.push(name === 'unknown' ? String(description) : name);
        }
      },
    };
  }
}
