/**
 * A case as a real handshake, where it carries the key of its certificate: for SERVER our server has certificate and key, and our client
 * the anchors, the name and the time; for CLIENT it is the other way round. Both are engines with the public options.
 */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider, SigningKey } from '@tlskit/tls-crypto';
import { createCA } from '@tlskit/tls-testing';
import { loadCertificates, loadPrivateKey, noWork, type PeerVerifier } from '@tlskit/tls-x509';
import {
  type ClientEngineOptions,
  createClientEngine,
  createServerEngine,
  type Engine,
  type EngineHandlers,
  type ServerEngineOptions,
  tls12,
} from 'tlskit/engine';
import type { Case } from './cases.ts';
import { NoHandshake, namesOf, optionsFor, type Verdict, verifierFor } from './verdict.ts';

/** Whoever is at the other end, which the case is not about. */
const other = await createCA().then(async ca => ({ root: ca.pem, issued: await ca.issue('server.example') }));

/**
 * @throws NoHandshake; Error where one end is done and the other is not, or the one that is refused hears no alert, or not the one of the
 *   refusal
 */
export async function shakeHands(testcase: Case, provider: CryptoProvider, now: number): Promise<Verdict> {
  const credential = credentialOf(testcase, provider);
  const isServer = testcase.validation_kind === 'SERVER';
  const judging = isServer ? judgingServer(testcase, provider, now) : judgingClient(testcase, provider, now);
  const { key, ...own } = credential;
  const [client, server] = isServer
    ? [judging as ClientEngineOptions, own]
    : [{ ...own, ...otherServer }, judging as ServerEngineOptions];
  const common = { provider, ...(key.algorithm.type === 'dsa' ? withDss : {}) };
  const ends = { client: new End(), server: new End() };
  const clientEngine = made(() => createClientEngine({ ...client, ...common }, ends.client.handlers));
  const serverEngine = createServerEngine({ ...server, ...common }, ends.server.handlers);
  serverEngine.start();
  clientEngine.start();
  await exchange(clientEngine, serverEngine);
  if (ends.client.isConnected && ends.client.error === undefined) clientEngine.write(Uint8Array.of(1));
  await exchange(clientEngine, serverEngine);
  if (ends.server.hasData && ends.client.error === undefined) return { result: 'SUCCESS', work: noWork() };
  const [judge, judged] = isServer ? [ends.client, ends.server] : [ends.server, ends.client];
  if (judged.error?.code === 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME') {
    throw new NoHandshake(`has a key that signs no handshake: ${judged.error.message}`);
  }
  const error = refusalHeard(judge.error, judged.error);
  if (error.code === 'KEYUSAGE_NO_DIGITAL_SIGNATURE' && testcase.key_usage.length === 0) {
    throw new NoHandshake('has a certificate that may not sign (RFC 9846 §4.5.1.2), as we found and said');
  }
  return { result: 'FAILURE', error, work: noWork() };
}

/** What ended the handshake, if the other end was told so. */
function refusalHeard(refusal: TlsError | undefined, heard: TlsError | undefined): TlsError {
  if (refusal === undefined || refusal.code === 'ERR_TLS_INTERNAL' || refusal.code === 'ERR_TLS_PEER_ALERT') {
    throw new Error(`not refused by who judges: ${refusal?.message}; the other end: ${heard?.message}`);
  }
  if (heard?.code !== 'ERR_TLS_PEER_ALERT' || heard.alert !== refusal.alert) {
    throw new Error(`${refusal.code} has alert ${refusal.alert}, the other end heard ${heard?.code} ${heard?.alert}`);
  }
  return refusal;
}

/** The chain goes out as it is: what is wrong with it is the other end's to find. */
function credentialOf(testcase: Case, provider: CryptoProvider) {
  const { peer_certificate_key: pem, peer_certificate, untrusted_intermediates } = testcase;
  if (pem === null) throw new NoHandshake('has no private key');
  const chain = [peer_certificate, ...untrusted_intermediates].flatMap(loadCertificates);
  let key: SigningKey;
  try {
    key = loadPrivateKey(provider, pem);
  } catch (error) {
    throw new NoHandshake(`has a key of which no handshake can be made: ${(error as Error).message}`);
  }
  return { key, selectCredential: () => ({ chain, key }) };
}

/**
 * What keys of DSA sign in: TLS 1.2 by a suite that is off unless it is named. Naming it says that certificates may have such keys, so that
 * `judgingServer` says that the profile decides.
 */
const withDss = {
  versions: [tls12],
  legacy: ['TLS_DHE_DSS_WITH_AES_128_GCM_SHA256'],
  signatureSchemes: ['dsa_sha256_RESERVED', 'ecdsa_secp256r1_sha256', 'rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256'],
};

const otherServer = { trust: { roots: other.root }, servername: 'server.example' };

/** Our client, which verifies the server of the case. */
function judgingServer(testcase: Case, provider: CryptoProvider, now: number): ClientEngineOptions {
  const { expected_peer_name: name } = testcase;
  if (name === null)
    return { verifier: named(testcase, verifierFor(testcase, provider, now)), servername: 'any.example' };
  const { trust, time = Date.now, revocation, ...rules } = optionsFor(testcase, now);
  const verification = { algorithms: { finiteField: 'by profile' }, ...rules } as const;
  return { trust, servername: false, verifyName: name.value, now: () => Number(time()), revocation, verification };
}

/** Our server, which verifies the client of the case: who clients are is the application's to know. */
function judgingClient(testcase: Case, provider: CryptoProvider, now: number): ServerEngineOptions {
  const { certificate, key } = other.issued.pem;
  const verifier = named(testcase, verifierFor(testcase, provider, now));
  return { certificate, key, clientAuth: 'require', verifier };
}

/** The verifier, with the names of the case in place of those of the connection. */
function named(testcase: Case, verifier: PeerVerifier) {
  return {
    trust: verifier.trust,
    async verify(input: Parameters<PeerVerifier['verify']>[0]) {
      const peers = [];
      for (const name of namesOf(testcase)) peers.push(await verifier.verify({ ...input, name }));
      return peers[0] as NonNullable<(typeof peers)[0]>;
    },
  };
}

/** An option that is refused is a name that can be nobody's. */
function made(create: () => Engine): Engine {
  try {
    return create();
  } catch (error) {
    if (error instanceof TlsError && error.code === 'ERR_TLS_INVALID_OPTION') throw new NoHandshake(error.message);
    throw error;
  }
}

/** What became of one end. */
class End {
  isConnected = false;
  hasData = false;
  error: TlsError | undefined;
  readonly handlers: EngineHandlers = {
    connected: () => {
      this.isConnected = true;
    },
    data: () => {
      this.hasData = true;
    },
    closed: error => {
      this.error = error;
    },
  };
}

/** Carries bytes until nobody has any more to say, also after what they wait for. */
async function exchange(a: Engine, b: Engine): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    const [up, down] = [a.takeOutput(), b.takeOutput()];
    for (const part of up) b.receive(part);
    for (const part of down) a.receive(part);
    quiet = up.length + down.length === 0 ? quiet + 1 : 0;
    await new Promise(resolve => setImmediate(resolve));
  }
}
