/**
 * What a server makes of a ClientHello that selected TLS 1.2 (RFC 5246 §7.4.1.2, §7.4.1.3): cipher suite, group and certificate
 * hang together, since a suite names the kind of key that signs or decrypts.
 */
import { TlsError } from '@tlskit/tls-alerts';
import type { SigningKey } from '@tlskit/tls-crypto';
import {
  type Credential,
  type Flow,
  offeredCertificateTypes,
  onlyX509,
  type ReceivedHello,
  type ServerConfig,
  wait,
} from '@tlskit/tls-handshake';
import {
  CertificateType,
  type ClientHello,
  certificateAuthoritiesRow,
  findExtension,
  NamedGroup,
  SignatureScheme,
  signatureAlgorithmsCertRow,
  signatureAlgorithmsRow,
  supportedGroupsRow,
} from '@tlskit/tls-messages';
import { type CipherSuiteInfo12, groupInfo12 } from '@tlskit/tls-messages/tls12';
import { keyUsageOf } from './certificates.ts';
import { schemeFor } from './client-auth.ts';
import { illegal, type Suite, suiteOf } from './context.ts';
import { isFiniteField } from './key-exchange/ecdhe.ts';
import { usableSuites } from './offer.ts';
import { showsCertificate } from './server-flight.ts';

/** What was chosen. */
export interface Negotiated {
  readonly suite: Suite;
  /** The code point of the group of DHE or ECDHE; undefined where the suite has none, and for DHE with clients that name none. */
  readonly group: number | undefined;
  /** What the server shows, where the suite has it. */
  readonly credential: Credential | undefined;
  /** The code point of the scheme that signs ServerKeyExchange, where something does. */
  readonly scheme: number | undefined;
}

/** The form that RFC 5246 §7.4.1.2 demands of a ClientHello. */
export function checkHello({ legacy_compression_methods: methods }: ClientHello): void {
  // "it MUST include CompressionMethod.null"
  if (!methods.includes(0)) throw illegal('no null compression', 'RFC 5246 §7.4.1.2');
}

export function* negotiate(config: ServerConfig, received: ReceivedHello): Flow<Negotiated> {
  const { hello, serverName } = received;
  const offer = readOffer(hello);
  const common = usableSuites('server', config).filter(
    info => hello.cipher_suites.includes(info.code) && knowsClient(config, info),
  );
  if (common.length === 0) throw new TlsError('ERR_TLS_NO_SHARED_CIPHER', 'no cipher suite in common');
  const reachable = common.filter(info => groupFor(config, info, offer) !== 'none');
  if (reachable.length === 0) throw new TlsError('ERR_TLS_NO_SHARED_GROUP', 'no group in common');

  const wanting = reachable.filter(showsCertificate);
  const fits = (info: CipherSuiteInfo12, { key, signatureSchemes = config.signatureSchemes, keyUsage }: Shown) =>
    mayBe(info, keyUsage) ? schemeOf(info, key, signatureSchemes, offer) : undefined;
  const fitsAny = (shown: Shown) => wanting.map(info => fits(info, shown)).find(scheme => scheme !== undefined);
  const query = {
    serverName,
    signatureSchemes: offer.schemes,
    certificateSchemes: offer.certificateSchemes,
    certificateAuthorities: findExtension(hello.extensions, certificateAuthoritiesRow, 'CH')?.authorities ?? [],
    oidFilters: [],
    certificateTypes: offeredCertificateTypes('server', hello.extensions) ?? onlyX509,
    schemeFor: (given: SigningKey | Credential) => {
      if (!('chain' in given)) return fitsAny({ key: given });
      const { certificateType = CertificateType.values.X509 } = given;
      // RFC 9345 §4: delegated credentials are TLS 1.3's alone.
      if (!query.certificateTypes.includes(certificateType) || given.delegatedCredential) return undefined;
      return fitsAny(given);
    },
  };
  const credential = wanting.length === 0 ? undefined : yield* wait(config.credentials(query), () => {});
  const usable = credential !== undefined && query.schemeFor(credential) !== undefined ? credential : undefined;
  const fitting = reachable.filter(info => !showsCertificate(info) || (usable && fits(info, usable) !== undefined));
  const info = bestSuite(config, fitting, hello.cipher_suites);
  if (info === undefined) {
    throw new TlsError('ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', 'no certificate of ours fits what the client can verify');
  }
  const suite = suiteOf(config.provider, info);
  if (suite === undefined) throw new TlsError('ERR_TLS_INTERNAL', `the provider has no ${info.name}`);
  const group = groupFor(config, info, offer);
  const shown = showsCertificate(info) ? usable : undefined;
  return {
    suite,
    group: group === 'none' ? undefined : group,
    credential: shown,
    scheme: shown && signs(info) ? fits(info, shown) : undefined,
  };
}

/**
 * RFC 5246 §7.4.4: an anonymous server cannot ask for a certificate, so that one which requires it is not anonymous, whatever suites
 * are on. Where a key authenticates, that stands for the client.
 */
function knowsClient({ clientAuth }: ServerConfig, { authentication }: CipherSuiteInfo12): boolean {
  return clientAuth?.mode !== 'require' || authentication !== 'anon';
}

interface Offer {
  /** Undefined where the client says nothing of groups. */
  readonly groups: readonly number[] | undefined;
  readonly schemes: readonly number[];
  readonly certificateSchemes: readonly number[];
}

function readOffer({ extensions }: ClientHello): Offer {
  const { rsa_pkcs1_sha1, ecdsa_sha1, dsa_sha1_RESERVED } = SignatureScheme.values;
  const schemes = findExtension(extensions, signatureAlgorithmsRow, 'CH')?.supported_signature_algorithms ?? [
    // RFC 5246 §7.4.1.4.1: what is meant by saying nothing. RFC 9155 §2 has nobody sign by it who was not told to.
    rsa_pkcs1_sha1,
    ecdsa_sha1,
    dsa_sha1_RESERVED,
  ];
  return {
    groups: findExtension(extensions, supportedGroupsRow, 'CH')?.named_group_list,
    schemes,
    certificateSchemes:
      findExtension(extensions, signatureAlgorithmsCertRow, 'CH')?.supported_signature_algorithms ?? schemes,
  };
}

/** The group of a suite's key exchange; undefined where it needs none, 'none' where there is none in common. */
function groupFor(
  config: ServerConfig,
  { keyExchange }: CipherSuiteInfo12,
  { groups }: Offer,
): number | undefined | 'none' {
  if (keyExchange !== 'DHE' && keyExchange !== 'ECDHE') return undefined;
  const finite = keyExchange === 'DHE';
  const ours = config.groups.filter(code => {
    const info = groupInfo12(code);
    return info !== undefined && isFiniteField(code) === finite && config.provider.groups[info.provider] !== undefined;
  });
  if (finite) {
    // RFC 7919 §4: a client that names none of these groups takes what comes; one that does takes them alone.
    if (groups?.some(isFiniteField) !== true) return undefined;
  }
  // RFC 8422 §4: for who says nothing the server is free to choose any curve, or none, which cannot be one that the client lacks.
  const theirs = groups ?? [];
  const common =
    config.preference === 'server'
      ? ours.find(code => theirs.includes(code))
      : theirs.find(code => ours.includes(code));
  return common ?? 'none';
}

/** What a choice goes by of a credential. */
type Shown = Pick<Credential, 'key' | 'signatureSchemes' | 'keyUsage'>;

/** RFC 5246 §7.4.2: whether the certificate says, or leaves open, that its key is for what the suite does with it. */
function mayBe(info: CipherSuiteInfo12, keyUsage: Credential['keyUsage']): boolean {
  const [usage] = keyUsageOf(info) ?? ['digitalSignature'];
  return keyUsage?.has(usage) !== false;
}

/** Whether the server signs its parameters. */
function signs({ keyExchange }: CipherSuiteInfo12): boolean {
  return keyExchange === 'DHE' || keyExchange === 'ECDHE';
}

/**
 * The scheme by which the key goes with the suite, or undefined where it does not. A key that decrypts or agrees signs nothing:
 * any of the client's schemes stands for it.
 */
function schemeOf(
  { authentication, keyExchange }: CipherSuiteInfo12,
  key: SigningKey,
  ours: readonly number[],
  { schemes, groups }: Offer,
): number | undefined {
  const { algorithm } = key;
  const elliptic = algorithm.type === 'ec' || algorithm.type === 'ed25519' || algorithm.type === 'ed448';
  // RFC 8422 §5.1: the curve of the certificate's key is one that the client named too.
  if (algorithm.type === 'ec' && groups?.includes(NamedGroup.values[algorithm.curve]) === false) return undefined;
  switch (keyExchange) {
    case 'RSA':
      return algorithm.type === 'rsa' && key.decryptPkcs1 !== undefined
        ? SignatureScheme.values.rsa_pkcs1_sha256
        : undefined;
    case 'ECDH':
      return algorithm.type === 'ec' && key.agree ? SignatureScheme.values.ecdsa_secp256r1_sha256 : undefined;
    case 'DH':
      return algorithm.type === 'dh' && key.agree ? SignatureScheme.values.rsa_pkcs1_sha256 : undefined;
    case 'DHE':
    case 'ECDHE': {
      const kind =
        authentication === 'RSA'
          ? algorithm.type === 'rsa'
          : authentication === 'DSS'
            ? algorithm.type === 'dsa'
            : elliptic;
      return kind ? schemeFor(key, ours, schemes) : undefined;
    }
    default:
      return undefined;
  }
}

/** The suite of these by the order of the side whose order decides. */
export function bestSuite(
  config: ServerConfig,
  suites: readonly CipherSuiteInfo12[],
  theirs: readonly number[],
): CipherSuiteInfo12 | undefined {
  if (config.preference === 'server') return suites[0];
  return theirs.map(code => suites.find(info => info.code === code)).find(info => info !== undefined);
}
