/** What is done with `tlskit/web` in every runtime. Results are plain, for they go to the host as JSON. */
import {
  acceptTls,
  type ByteStreams,
  type ConnectionInfo,
  defaultProvider,
  startTls,
  type TlsConnection,
  tls12,
  tls13,
} from 'tlskit/web';

/** What a runtime has of its own. */
export interface Platform {
  /** A transport to a peer, in the runtime's own way. */
  dial(peer: Peer): ByteStreams | Promise<ByteStreams>;
  /** Listens on the loopback; absent where a runtime cannot. @returns the port */
  listen?(accepted: (streams: ByteStreams) => void): number | Promise<number>;
}

/** A server of TLS on the loopback. */
export interface Peer {
  readonly port: number;
  /** Of a gateway to it, for those who have WebSockets alone. */
  readonly gateway: string;
}

export interface Identity {
  /** All as PEM. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

export interface Request {
  readonly scenario: keyof typeof scenarios;
  readonly identity: Identity;
  readonly peer: Peer;
  /** By its name; both by default. */
  readonly version?: 'TLSv1.2' | 'TLSv1.3';
  readonly servername?: string;
  /** Bytes. */
  readonly size?: number;
}

/** What came of it, or how it failed. */
export interface Reply {
  readonly result?: unknown;
  readonly error?: string;
}

export async function perform(platform: Platform, request: Request): Promise<Reply> {
  try {
    return { result: await scenarios[request.scenario](request, platform) };
  } catch (error) {
    return { error: error instanceof Error ? `${codeOf(error)} ${error.stack}` : String(error) };
  }
}

type Scenario = (request: Request, platform: Platform) => Promise<unknown>;

const scenarios = {
  /** Two pairs of ours in memory at the same time: before anything is known of this runtime, where it is the first. */
  async memory(request) {
    return Promise.all([inMemory(request), inMemory(request)]);
  },

  async describe() {
    return (await defaultProvider()).describe();
  },

  /** Sends bytes to a server that sends them back, to the end of both sides. */
  async echo(request, platform) {
    const connection = await dialled(request, platform);
    const same = await sendsAndHears(connection, bytes(request.size ?? 0));
    const info = told(await connection.opened);
    await connection.closed;
    return { ...info, same };
  },

  /** What everybody is told where the server is refused. */
  async refused(request, platform) {
    return failures(await dialled(request, platform));
  },

  /** An abort while the connection stands, with a read under way. */
  async aborted(request, platform) {
    const controller = new AbortController();
    const connection = await dialled(request, platform, { signal: controller.signal });
    await connection.opened;
    const reading = codeFrom(connection.readable.getReader().read());
    controller.abort();
    return [await reading, await codeFrom(connection.closed)];
  },

  /** A server that says something, and is gone without close_notify. */
  async cut(request, platform) {
    const connection = await dialled(request, platform);
    const reader = connection.readable.getReader();
    const { value } = await reader.read();
    return [new TextDecoder().decode(value), await codeFrom(reader.read()), await codeFrom(connection.closed)];
  },

  /** Writes to a server that does not read until nothing more is taken. @returns bytes that were taken */
  async stuffed(request, platform) {
    const connection = await dialled(request, platform);
    const writer = connection.writable.getWriter();
    const chunk = new Uint8Array(1 << 16);
    let taken = 0;
    for (; taken < (request.size ?? 0); taken += chunk.length) {
      const written = writer.write(chunk).then(
        () => true,
        () => true,
      );
      if (!(await Promise.race([written, pause(700).then(() => false)]))) break;
    }
    await writer.abort();
    return [taken, await codeFrom(connection.closed)];
  },

  /** Is a server, that sends back what it reads. @returns the port; `accepted` tells what became of the connection */
  async listen({ identity }, platform) {
    let done: ((info: Promise<unknown>) => void) | undefined;
    accepted = new Promise(resolve => {
      done = resolve;
    });
    return platform.listen?.(streams => {
      const connection = acceptTls(streams, own(identity));
      const echoed = connection.readable.pipeTo(connection.writable);
      const ended = async () => {
        await Promise.all([echoed, connection.closed]);
        return told(await connection.opened);
      };
      done?.(ended());
    });
  },

  async accepted() {
    return accepted;
  },
} satisfies Readonly<Record<string, Scenario>>;

let accepted: Promise<unknown> | undefined;

async function inMemory({ identity, version, size = 0 }: Request): Promise<unknown> {
  const [up, down] = [new TransformStream<Uint8Array>(), new TransformStream<Uint8Array>()];
  const common = version === undefined ? {} : { versions: [version === 'TLSv1.2' ? tls12 : tls13] };
  const server = acceptTls({ readable: up.readable, writable: down.writable }, { ...common, ...own(identity) });
  const client = startTls(
    { readable: down.readable, writable: up.writable },
    { ...common, trust: { roots: [identity.ca] }, servername: 'localhost' },
  );
  const echoing = server.readable.pipeTo(server.writable);
  const same = await sendsAndHears(client, bytes(size));
  const infos = [told(await client.opened), told(await server.opened)];
  await Promise.all([echoing, client.closed, server.closed]);
  return { infos, same };
}

async function dialled(
  { identity, peer, version, servername = 'localhost' }: Request,
  platform: Platform,
  more: { readonly signal?: AbortSignal } = {},
): Promise<TlsConnection> {
  const versions = version === undefined ? {} : { versions: [version === 'TLSv1.2' ? tls12 : tls13] };
  return startTls(await platform.dial(peer), { ...versions, ...more, trust: { roots: [identity.ca] }, servername });
}

function own({ certificate, key }: Identity) {
  return { certificate, key };
}

async function sendsAndHears({ readable, writable }: TlsConnection, data: Uint8Array): Promise<boolean> {
  const heard = new Response(readable).arrayBuffer();
  heard.catch(() => {});
  const writer = writable.getWriter();
  for (let at = 0; at < data.length; at += 50_000) await writer.write(data.subarray(at, at + 50_000));
  await writer.close();
  const back = new Uint8Array(await heard);
  return back.length === data.length && back.every((octet, i) => octet === data[i]);
}

function told({ protocol, cipherSuite, group, verified }: ConnectionInfo) {
  return { protocol, cipherSuite: cipherSuite.name, group: group?.name, verified };
}

async function failures({ opened, closed, readable, writable }: TlsConnection): Promise<Record<string, string>> {
  return {
    opened: await codeFrom(opened),
    closed: await codeFrom(closed),
    read: await codeFrom(readable.getReader().read()),
    write: await codeFrom(writable.getWriter().write(new Uint8Array(1))),
  };
}

async function codeFrom(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'no error', codeOf);
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}

const bytes = (size: number) => new Uint8Array(size).map((_, i) => i * 7 + (i >> 8));

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));
