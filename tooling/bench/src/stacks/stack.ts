/** What a TLS stack must be able to do to be measured here. */
import type { Duplex } from 'node:stream';

/** Kinds of certificates, each a chain of leaf, intermediate and root of one kind of key. */
export type CertificateKind = 'ecdsa-p256' | 'rsa-2048';

export type Group = 'x25519' | 'secp256r1' | 'X25519MLKEM768';

/** The cipher suites that are measured, by their IANA names. */
export type Suite = 'TLS_AES_128_GCM_SHA256' | 'TLS_CHACHA20_POLY1305_SHA256' | 'TLS_RSA_WITH_AES_128_CBC_SHA';

/** What passes between the processes: text alone. */
export interface Identity {
  /** PEM: the leaf, then the intermediate. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** PEM: the root, which clients are given. */
  readonly root: string;
}

export interface ServerSettings {
  readonly identity: Identity;
  /** Both ends take what they prefer where it is not said. */
  readonly group?: Group | undefined;
  readonly suite?: Suite | undefined;
  readonly earlyData?: boolean | undefined;
  /** The server as it is by another option of its stack. */
  readonly variant?: string | undefined;
}

/** The ways in which a connection begins. */
export type Beginning = 'full' | 'resumed' | 'early';

export interface ClientSettings {
  readonly port: number;
  readonly identity: Pick<Identity, 'root'>;
  readonly group?: Group | undefined;
  readonly suite?: Suite | undefined;
  /** Whether sessions are kept, to be resumed. */
  readonly sessions?: boolean | undefined;
  /** The client as it is by another option of its stack. */
  readonly variant?: string | undefined;
}

export interface BenchConnection {
  /** Sends all of it; resolves when it was taken. */
  write(data: Uint8Array): Promise<void>;
  /** Waits until this many bytes have come in all since the connection stood. The server says one as soon as it stands. */
  received(bytes: number): Promise<void>;
  /** Waits for a session to resume with, where sessions are kept. */
  session?(): Promise<void>;
  close(): void;
}

/** What outlives a connection is made once, as its stack's documents advise. */
export interface BenchClient {
  /**
   * Connects, verifies chain and name, and resolves when data may be sent. Rejects where a connection does not begin as it should.
   * @param early goes with the first flight, in a connection that begins so
   */
  connect(beginning: Beginning, early?: Uint8Array): Promise<BenchConnection>;
}

export interface Stack {
  readonly name: string;
  /** What it does its cryptography with. */
  readonly crypto: string;
  /** Serves each connection that stands. @returns the port on 127.0.0.1 */
  listen?(settings: ServerSettings, serve: (socket: Duplex) => void): Promise<number>;
  client?(settings: ClientSettings): BenchClient | Promise<BenchClient>;
}

/** The name in the certificates. */
export const host = 'localhost';
/** Where servers listen. */
export const address = '127.0.0.1';

/** Thrown where a stack has no such thing: the report says it in place of a figure. */
export class Lacking extends Error {
  override readonly name = 'Lacking';
}
