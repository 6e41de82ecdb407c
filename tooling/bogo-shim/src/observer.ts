/** What passed over a connection, as the checks want it: hellos, the request for a certificate, and the runner's trace of messages. */
import type { MessageObservation } from '@tlskit/tls-engine';
import {
  alpnRow,
  type CertificateRequest,
  type CertificateRequest12,
  type ClientHello,
  certificateRequest,
  certificateRequest12,
  clientHello,
  decodeMessage,
  findExtension,
  ProtocolVersion,
  type ServerHello,
  serverHello,
  signatureAlgorithmsRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { ContentType, type RecordObservation } from '@tlskit/tls-record';
import { concat, DecodeError } from '@tlskit/tls-wire';

export class Observer {
  /** Of the peer. */
  #clientHello: ClientHello | undefined;
  #serverHello: ServerHello | undefined;
  certificateRequest: CertificateRequest | undefined;
  certificateRequest12: CertificateRequest12 | undefined;
  /** Each message, alert and change_cipher_spec, in the form that the runner compares. */
  trace = '';

  /** The type of the last handshake message that came. */
  lastReceived: number | undefined;

  message({ direction, bytes }: MessageObservation): void {
    this.trace += `${direction === 'in' ? 'read' : 'write'} hs ${bytes[0]}\n`;
    if (direction === 'out') return;
    this.lastReceived = bytes[0];
    try {
      if (bytes[0] === clientHello.type) this.#clientHello = decodeMessage(clientHello, bytes);
      if (bytes[0] === serverHello.type) this.#serverHello = decodeMessage(serverHello, bytes);
      if (bytes[0] === certificateRequest.type) {
        if (this.#speaks12) this.certificateRequest12 = decodeMessage(certificateRequest12, bytes);
        else this.certificateRequest = decodeMessage(certificateRequest, bytes);
      }
    } catch (error) {
      // What does not decode is the engine's to refuse.
      if (!(error instanceof DecodeError)) throw error;
    }
  }

  record({ direction, type, innerType, content }: RecordObservation): void {
    const who = direction === 'in' ? 'read' : 'write';
    const contentType = innerType ?? type;
    if (contentType === ContentType.values.change_cipher_spec) this.trace += `${who} ccs\n`;
    if (contentType === ContentType.values.alert) this.trace += `${who} alert ${content[0]} ${content[1]}\n`;
  }

  get #speaks12(): boolean {
    return this.#serverHello !== undefined && !this.peerVersions.includes(0x0304);
  }

  /** Versions that the peer named, to choose from or as its choice. */
  get peerVersions(): readonly number[] {
    const client = this.#clientHello;
    if (client !== undefined) {
      const offered = findExtension(client.extensions, supportedVersionsRow, 'CH')?.versions;
      return offered ?? versionsUpTo(client.legacy_version);
    }
    const server = this.#serverHello;
    if (server === undefined) return [];
    return [findExtension(server.extensions, supportedVersionsRow, 'SH')?.selected_version ?? server.legacy_version];
  }

  /** The client's ProtocolNameList, without its own length; empty when it sent none. */
  get advertisedAlpn(): string {
    const names = findExtension(this.#clientHello?.extensions ?? [], alpnRow, 'CH')?.protocol_name_list ?? [];
    const list = concat(...names.flatMap(name => [Uint8Array.of(name.length), name]));
    return String.fromCharCode(...list);
  }

  /** The schemes that the peer takes. */
  get peerSchemes(): readonly number[] {
    if (this.certificateRequest12 !== undefined) return this.certificateRequest12.supported_signature_algorithms;
    const found =
      this.certificateRequest === undefined
        ? findExtension(this.#clientHello?.extensions ?? [], signatureAlgorithmsRow, 'CH')
        : findExtension(this.certificateRequest.extensions, signatureAlgorithmsRow, 'CR');
    return found?.supported_signature_algorithms ?? [];
  }
}

function versionsUpTo(legacy: number): readonly number[] {
  const { 'TLS 1.0': lowest, 'TLS 1.2': highest } = ProtocolVersion.values;
  return [lowest, 0x0302, highest].filter(version => version <= legacy);
}
