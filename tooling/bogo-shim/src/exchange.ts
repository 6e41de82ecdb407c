/** One connection, from the first byte to the last, as the runner drives it. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { createClientEngine, createServerEngine, type EngineHandlers } from '@tlskit/tls-engine';
import type { Connected } from '@tlskit/tls-handshake';
import { ascii, concat } from '@tlskit/tls-wire';
import { loadCredentials, type ShimCredential, sessionVerifier } from './certificates.ts';
import { checkHandshake, checkRenegotiations, checkRenewal, checkSession, checkTrace, Unexpected } from './checks.ts';
import { clientConfig, type Memory, serverConfig } from './configuration.ts';
import { Connection } from './connection.ts';
import { answerEarlyData, inverted, sendEarlyData } from './early-data.ts';
import type { Observer } from './observer.ts';
import type { Settings } from './settings.ts';

/** Lengths around the borders of records. */
const DIFFERENT_SIZES = [0, 1, 255, 256, 257, 16383, 16384, 16385, 32767, 32768, 32769];

/**
 * @param retry what holds from the moment that early data is rejected
 * @param memory what the connections before left, and this one leaves
 * @param again whether this is not the first connection
 * @throws TlsError, or Unexpected for what the flags did not expect
 */
export async function runConnection(
  settings: Settings,
  retry: Settings,
  provider: CryptoProvider,
  observer: Observer,
  memory: Memory,
  again: boolean,
): Promise<void> {
  let credential: ShimCredential | undefined;
  const isRejected = () => connection.earlyData === 'rejected';
  const credentials = loadCredentials(settings, provider);
  const chosen = (found: ShimCredential) => {
    credential = found;
  };
  const make = (handlers: EngineHandlers) =>
    settings.server
      ? createServerEngine(serverConfig(settings, provider, memory, credentials, chosen), handlers)
      : createClientEngine(
          {
            ...clientConfig(settings, provider, memory, credentials, chosen),
            verifier: sessionVerifier(settings, retry, provider, isRejected),
          },
          handlers,
        );
  const connection: Connection = await Connection.open(settings, make, observer, settings.async);
  try {
    connection.start();
    const unsent = settings.server
      ? await answerEarlyData(connection)
      : sendEarlyData(connection, settings, memory.session);
    const start = await falseStart(connection, settings);
    if (start !== undefined) {
      writeExported(connection, start, settings);
      connection.write(ascii(settings.initialWrite));
    }
    const connected = await connection.handshake();
    const rejected = unsent !== undefined && connection.earlyData === 'rejected';
    if (rejected) {
      if (!settings.expectRejectEarlyData) throw new Unexpected('early data was rejected');
      settings = retry;
    }
    connection.release();
    checkHandshake(settings, connected, observer, credential, again);
    if (start !== undefined) settings = { ...settings, shimWritesFirst: false, exportLength: 0 };
    writeExports(connection, connected, settings);
    if (settings.sendAlert) return connection.abort('decompression_failure_RESERVED');
    await talk(connection, connected, settings, rejected ? undefined : unsent);
    const session = connection.events.findLast(event => event.type === 'session')?.session;
    const given = connection.events.find(event => event.type === 'session')?.session;
    checkSession(settings, session, connected);
    checkRenewal(settings, given, memory.session, connected);
    checkRenegotiations(settings, connection.events.filter(({ type }) => type === 'renegotiated').length);
    memory.session = session;
    memory.clock += settings.resumptionDelay * 1000;
    // Without the flag the runner wants no close_notify, and takes the end of the transport for the end.
    if (settings.checkCloseNotify) await connection.shutdown();
    checkTrace(settings, observer);
  } finally {
    await connection.drain();
  }
}

/** What may be said before the handshake is complete, by an application that does not wait for it; undefined where it was complete first. */
async function falseStart(connection: Connection, { falseStart, handshakeTwice, shimWritesFirst }: Settings) {
  if (!falseStart || handshakeTwice || !shimWritesFirst || !(await connection.mayWrite())) return undefined;
  return connection.events.find(event => event.type === 'false-start');
}

function writeExported(
  connection: Connection,
  { exportKeyingMaterial }: Pick<Connected, 'exportKeyingMaterial'>,
  { exportLength, exportLabel, exportContext, exportWithContext }: Settings,
): void {
  if (exportLength === 0) return;
  const context = exportWithContext ? new TextEncoder().encode(exportContext) : undefined;
  connection.write(exportKeyingMaterial(exportLabel, context, exportLength));
}

function writeExports(connection: Connection, connected: Connected, settings: Settings): void {
  writeExported(connection, connected, settings);
  if (settings.tlsUnique && connected.tls12 !== undefined) {
    const { extendedMasterSecret, firstFinished } = connected.tls12;
    // RFC 7627 §5.4: without it the value is not unique to a connection that resumes.
    if (connected.resumed && !extendedMasterSecret) throw new Unexpected('failed to get tls-unique');
    connection.write(firstFinished);
  }
  if (!settings.exportTrafficSecrets) return;
  const [own, peer] = settings.server ? ['SERVER', 'CLIENT'] : ['CLIENT', 'SERVER'];
  const secret = (whose: string | undefined) =>
    connection.events.find(event => event.type === 'secret' && event.label === `${whose}_TRAFFIC_SECRET_0`);
  const [read, write] = [secret(peer), secret(own)];
  if (read?.type !== 'secret' || write?.type !== 'secret') throw new Error('the engine gave no traffic secrets');
  const length = read.secret.length;
  connection.write(concat(Uint8Array.of(length & 0xff, length >> 8), read.secret, write.secret));
}

/** A renegotiation takes the exporter of the handshake before with it. */
function exportOnce(connected: Connected): void {
  try {
    connected.exportKeyingMaterial('', new Uint8Array(0), 1);
  } catch {
    throw new Unexpected('failed to export keying material');
  }
}

/** @param unsent what could not be early data of the initial writes, where some could */
async function talk(
  connection: Connection,
  connected: Connected,
  settings: Settings,
  unsent?: readonly Uint8Array[],
): Promise<void> {
  const initial = ascii(settings.initialWrite);
  if (unsent !== undefined) for (const data of unsent) connection.write(data);
  else if (settings.differentRecordSizes) {
    for (const size of DIFFERENT_SIZES) connection.write(new Uint8Array(size).fill(0x42));
  } else if (settings.readWithUnfinishedWrite) {
    connection.hold();
    connection.write(initial);
  } else if (settings.shimWritesFirst) {
    for (let i = 0; i < settings.repeatInitialWrite; i++) connection.write(initial);
  }
  if (settings.shimShutsDown || settings.differentRecordSizes) return;
  for (;;) {
    if (settings.keyUpdateBeforeRead) connection.updateKeys();
    const data = await connection.read(settings.readSize);
    if (settings.exportBetweenReads) exportOnce(connected);
    if (data === undefined) return;
    connection.release();
    if (settings.keyUpdate) connection.updateKeys();
    connection.write(inverted(data));
  }
}
