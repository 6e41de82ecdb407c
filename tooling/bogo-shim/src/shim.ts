/**
 * The shim: the runner starts it once a test and tells it by flags what to do; it connects to the runner, speaks TLS by tlskit,
 * and tells by its exit code what came of it: 0 for success, 1 for failure, with the error on standard error, and 89 for what
 * tlskit does not do.
 */
import { appendFileSync } from 'node:fs';
import { TlsError } from '@tlskit/tls-alerts';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { Unexpected } from './checks.ts';
import { checkImplemented, newMemory, TOO_OLD } from './configuration.ts';
import { runConnection } from './exchange.ts';
import { parseFlags, Unimplemented } from './flags.ts';
import { Observer } from './observer.ts';
import { enabledVersions, type Settings } from './settings.ts';

const UNIMPLEMENTED = 89;

async function main(argv: readonly string[]): Promise<number> {
  // The question whether there is a second program that handshakes are handed over to.
  if (argv.includes('-is-handshaker-supported')) {
    console.log('No');
    return 0;
  }
  try {
    const { initial, resume, retry } = parseFlags(argv);
    const provider = createNodeProvider();
    checkImplemented(initial, provider);
    if (initial.resumeCount > 0) checkImplemented(resume, provider);
    const memory = newMemory(provider);
    for (let i = 0; i <= initial.resumeCount; i++) {
      const settings = i === 0 ? initial : resume;
      const again = i > 0;
      if (again && !settings.server && memory.session === undefined)
        throw new Unexpected('there is no session to offer');
      const observer = new Observer();
      try {
        await runConnection(settings, retry, provider, observer, memory, again);
      } catch (error) {
        throw missingVersion(error, settings, observer) ?? error;
      }
    }
    return 0;
  } catch (error) {
    return report(error);
  }
}

/**
 * A connection that failed only because both sides were to speak a version below TLS 1.2: the flags left it enabled, and the peer offered it, chose it, or refused an offer without it.
 */
function missingVersion(error: unknown, settings: Settings, observer: Observer): Unimplemented | undefined {
  if (!(error instanceof TlsError)) return undefined;
  const older = enabledVersions(settings).filter(version => version < 0x0303);
  const refusedByUs = error.code === 'ERR_TLS_PROTOCOL_VERSION' && observer.peerVersions.some(v => older.includes(v));
  const refusedByPeer = error.sentBy === 'peer' && error.alert === 'protocol_version' && older.length > 0;
  return refusedByUs || refusedByPeer ? new Unimplemented(TOO_OLD) : undefined;
}

/** One line; the runner finds the error's code in it, by way of `config.json`. */
function report(error: unknown): number {
  if (error instanceof Unimplemented) {
    console.error(`unimplemented: ${error.message}`);
    // The runner keeps no output of such tests: whoever started it may ask for the reasons in a file.
    const { TLSKIT_BOGO_REASONS: file } = process.env;
    if (file !== undefined) appendFileSync(file, `${error.message}\n`);
    return UNIMPLEMENTED;
  }
  if (error instanceof TlsError) {
    const told = error.alert === undefined ? '' : ` ${error.sentBy === 'us' ? 'sent' : 'received'} ${error.alert}`;
    console.error(`[${error.code}]${told}: ${error.message}`);
    if (error.code === 'ERR_TLS_INTERNAL') console.error(error.stack);
  } else if (error instanceof Unexpected) console.error(`shim: ${error.message}`);
  else console.error(error);
  return 1;
}

// A socket that lingers must not keep the process: what is to be sent was sent, and drained.
process.exit(await main(process.argv.slice(2)));
