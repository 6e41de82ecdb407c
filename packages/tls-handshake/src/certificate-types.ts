/** Which kind of certificate either side shows: X.509, or a raw public key (RFC 7250, RFC 9846 §4.5.1). */
import { TlsError } from '@tlskit/tls-alerts';
import {
  CertificateType,
  clientCertificateTypeRow,
  type Extension,
  findExtension,
  makeExtension,
  serverCertificateTypeRow,
} from '@tlskit/tls-messages';
import type { ClientConfig } from './config.ts';
import { illegal } from './errors.ts';
import type { AnswerMessage } from './parameters.ts';

/** CertificateTypes, one for each side. */
export interface CertificateTypes {
  readonly server: number;
  readonly client: number;
}

const { X509 } = CertificateType.values;

/** What is meant where nobody speaks of types. */
export const onlyX509: readonly number[] = [X509];

/** The client's part of a ClientHello: what it judges, and what it has. X.509 alone is not worth a word (RFC 7250 §4.1). */
export function offerCertificateTypes(config: ClientConfig): Extension[] {
  const { verifier, certificateTypes } = config;
  const extensions: Extension[] = [];
  if (isWorthAWord(certificateTypes)) {
    extensions.push(makeExtension(clientCertificateTypeRow, 'CH', { client_certificate_types: certificateTypes }));
  }
  const { certificateTypes: judged } = verifier;
  if (isWorthAWord(judged)) {
    extensions.push(makeExtension(serverCertificateTypeRow, 'CH', { server_certificate_types: judged }));
  }
  return extensions;
}

/** The types that the server chose; each must be one that was offered (RFC 7250 §4.2). */
export function agreedCertificateTypes(
  { verifier, certificateTypes }: ClientConfig,
  message: AnswerMessage,
  extensions: readonly Extension[],
): CertificateTypes {
  const server = findExtension(extensions, serverCertificateTypeRow, message)?.server_certificate_type;
  const client = findExtension(extensions, clientCertificateTypeRow, message)?.client_certificate_type;
  checkChosen('server_certificate_type', server, verifier.certificateTypes);
  checkChosen('client_certificate_type', client, certificateTypes);
  return { server: server ?? X509, client: client ?? X509 };
}

/** The types that a client says it judges, or has. */
export function offeredCertificateTypes(
  whose: 'server' | 'client',
  extensions: readonly Extension[],
): readonly number[] | undefined {
  const types =
    whose === 'server'
      ? findExtension(extensions, serverCertificateTypeRow, 'CH')?.server_certificate_types
      : findExtension(extensions, clientCertificateTypeRow, 'CH')?.client_certificate_types;
  // RFC 7250 §4.1: a client that has X.509 alone MUST leave the extension out.
  if (types?.length === 1 && types[0] === X509) {
    throw illegal(`${whose}_certificate_type has X.509 alone, and should be absent`, 'RFC 7250 §4.1');
  }
  return types;
}

/**
 * The type of the certificate that a server asks a client for: the first of ours that the client has.
 * @throws TlsError `ERR_TLS_NO_SHARED_CERTIFICATE_TYPE` (RFC 7250 §4.2)
 */
export function chooseClientCertificateType(
  judged: readonly number[] | undefined,
  extensions: readonly Extension[],
): number {
  const offered = offeredCertificateTypes('client', extensions) ?? onlyX509;
  const type = (judged ?? onlyX509).find(ours => offered.includes(ours));
  if (type === undefined)
    throw noSharedType("the client has no certificate of a type that this server's verifier judges");
  return type;
}

/**
 * The server's answers, to what the client spoke of.
 * @param types what was chosen: the server's where it shows a certificate, the client's where it asks for one (RFC 7250 §4.2)
 */
export function answerCertificateTypes(
  message: AnswerMessage,
  hello: readonly Extension[],
  types: { readonly server?: number | undefined; readonly client?: number | undefined },
): Extension[] {
  const extensions: Extension[] = [];
  if (types.client !== undefined && offeredCertificateTypes('client', hello) !== undefined) {
    extensions.push(makeExtension(clientCertificateTypeRow, message, { client_certificate_type: types.client }));
  }
  // A session may be of a type that the client does not take any more: then it is not spoken of.
  if (types.server !== undefined && offeredCertificateTypes('server', hello)?.includes(types.server)) {
    extensions.push(makeExtension(serverCertificateTypeRow, message, { server_certificate_type: types.server }));
  }
  return extensions;
}

export function noSharedType(message: string): TlsError {
  return new TlsError('ERR_TLS_NO_SHARED_CERTIFICATE_TYPE', message);
}

function isWorthAWord(types: readonly number[] | undefined): types is readonly number[] {
  return types?.some(type => type !== X509) === true;
}

function checkChosen(name: string, chosen: number | undefined, offered: readonly number[] = onlyX509): void {
  if (chosen === undefined || offered.includes(chosen)) return;
  throw illegal(`${name} is ${CertificateType.label(chosen)}, which was not offered`, 'RFC 7250 §4.2');
}
