/** All that the view shows of a connection, worked out once: the graph of each end, its transcript, and the signatures. */
import { type CryptoProvider, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import type { Sender } from '@tlskit/tls-inspect';
import { type CipherSuiteInfo, cipherSuiteInfo, decodeMessage, serverHello } from '@tlskit/tls-messages';
import { type CipherSuiteInfo12, cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { protection12 } from '@tlskit/tls-record/tls12';
import { equalBytes } from '@tlskit/tls-wire';
import { derivedBy, type KeyNode } from '../lab/key-nodes.ts';
import { keySchedule13 } from '../lab/key-schedule.ts';
import { type KeyBlockLengths, keySchedule12 } from '../lab/key-schedule12.ts';
import { isRetry } from '../lab/messages.ts';
import type { Connection } from '../lab/run.ts';
import { type TranscriptPoint, transcriptOf } from '../lab/transcript.ts';
import { type Signature, signaturesOf } from './signed.ts';

export type Suite = CipherSuiteInfo | CipherSuiteInfo12;

/** What one end has. */
export interface End {
  readonly nodes: readonly KeyNode[];
  readonly points: readonly TranscriptPoint[];
  readonly signatures: readonly Signature[];
}

export interface Keying {
  readonly connection: Connection;
  /** Undefined where no ServerHello was seen. */
  readonly suite: Suite | undefined;
  readonly ends: Readonly<Record<Sender, End>>;
}

export async function keyingOf(connection: Connection): Promise<Keying> {
  const suite = suiteOf(connection);
  const provider = await wholeProvider();
  const hash = provider.hashes[suite?.hash ?? 'sha256'];
  if (hash === undefined) throw new Error(`no ${suite?.hash}`);
  const lengths = suite?.version === 0x0303 ? lengthsOf(provider, suite) : undefined;
  const end = async (at: Sender): Promise<End> => {
    const derived = derivedBy(connection, at);
    const points = transcriptOf(connection, hash, at);
    const isTranscript = (bytes: Uint8Array) => points.some(point => equalBytes(point.hash, bytes));
    const nodes = suite?.version === 0x0303 ? keySchedule12(derived, lengths) : keySchedule13(derived, isTranscript);
    return { nodes, points, signatures: await signaturesOf(points, suite, provider) };
  };
  return { connection, suite, ends: { client: await end('client'), server: await end('server') } };
}

/** As the ServerHello says, and before it nobody. */
function suiteOf({ steps }: Connection): Suite | undefined {
  const hello = steps.find(step => step.type === 'message' && step.bytes[0] === 2 && !isRetry(step.bytes));
  if (hello?.type !== 'message') return undefined;
  try {
    const { cipher_suite } = decodeMessage(serverHello, hello.bytes);
    return cipherSuiteInfo(cipher_suite) ?? cipherSuiteInfo12(cipher_suite);
  } catch {
    return undefined;
  }
}

/** All that there is: a live connection may have come to any of it. */
async function wholeProvider(): Promise<CryptoProvider> {
  const [{ allExtras }, { legacyExtras }] = await Promise.all([
    import('@tlskit/tls-crypto-noble/all'),
    import('@tlskit/tls-crypto-noble/legacy'),
  ]);
  return withExtras(createNobleProvider(), ...allExtras, ...legacyExtras);
}

function lengthsOf(provider: CryptoProvider, { protection }: CipherSuiteInfo12): KeyBlockLengths | undefined {
  return protection12(provider, protection);
}
