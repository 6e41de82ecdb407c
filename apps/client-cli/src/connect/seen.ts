/** What a server said in its handshake, message by message: for the report of a handshake that was not completed. */
import { createHash } from 'node:crypto';
import {
  AnyCipherSuite,
  alpnRow,
  type Certificate,
  certificate,
  certificate12,
  certificateStatus12,
  certificateVerify,
  compressedCertificate,
  decodeMessage,
  encryptedExtensions,
  findExtension,
  HandshakeType,
  isHelloRetryRequest,
  keyShareRow,
  NamedGroup,
  ProtocolVersion,
  SignatureScheme,
  serverHello,
  statusRequestRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import {
  type CertificateDescription,
  type ConnectionInfo,
  defaultLimits,
  describeCertificate,
  parseCertificate,
} from 'tlskit';
import { nodeCompression } from 'tlskit/node';
import { named } from '../named.ts';

/** As much of a connection as is known; nothing of it need be confirmed. */
export type Seen = {
  -readonly [K in
    | 'protocol'
    | 'protocolCode'
    | 'cipherSuite'
    | 'group'
    | 'signatureScheme'
    | 'alpn'
    | 'helloRetry'
    | 'peerCertificate'
    | 'peerCertificates'
    | 'ocspResponse'
    | 'scts'
    | 'revocation'
    | 'resumed'
    | 'pskIdentity'
    | 'tls12']?: ConnectionInfo[K];
};

/** Collects what the handshake messages of a server say. None is trusted, and a malformed one says nothing. */
export class Observer {
  readonly seen: Seen = {};

  /** For the messages of a connection, as its inspector. */
  readonly handler = ({ direction, bytes }: { readonly direction: 'in' | 'out'; readonly bytes: Uint8Array }): void => {
    if (direction === 'out') return;
    try {
      this.#read(bytes);
    } catch {
      // The engine has an opinion on malformed messages, and tells it.
    }
  };

  #read(message: Uint8Array): void {
    const types = HandshakeType.values;
    switch (message[0]) {
      case types.server_hello:
        return this.#readHello(message);
      case types.encrypted_extensions: {
        const { extensions } = decodeMessage(encryptedExtensions, message);
        const [name] = findExtension(extensions, alpnRow, 'EE')?.protocol_name_list ?? [];
        if (name !== undefined) this.seen.alpn = new TextDecoder().decode(name);
        return;
      }
      case types.certificate: {
        if (!this.#isOld()) return this.#readCertificate(decodeMessage(certificate, message));
        return this.#keepChain(decodeMessage(certificate12, message).certificate_list);
      }
      case types.compressed_certificate:
        return this.#readCertificate(decompressed(message));
      case types.certificate_status:
        this.seen.ocspResponse = decodeMessage(certificateStatus12, message).response.slice();
        return;
      case types.certificate_verify:
        this.seen.signatureScheme = named(SignatureScheme, decodeMessage(certificateVerify, message).algorithm);
    }
  }

  /** Before TLS 1.3 certificates have no extensions with them. */
  #isOld(): boolean {
    return this.seen.protocolCode !== undefined && this.seen.protocolCode < ProtocolVersion.values['TLS 1.3'];
  }

  #readCertificate({ certificate_list: entries }: Certificate): void {
    this.#keepChain(entries.map(({ cert_data }) => cert_data));
    const status = entries[0] && findExtension(entries[0].extensions, statusRequestRow, 'CT');
    if (status !== undefined) this.seen.ocspResponse = status.response.slice();
  }

  #keepChain(chain: readonly Uint8Array[]): void {
    this.seen.peerCertificates = chain.map(der => der.slice());
    const [own] = this.seen.peerCertificates;
    if (own !== undefined) this.seen.peerCertificate = described(own);
  }

  #readHello(message: Uint8Array): void {
    const hello = decodeMessage(serverHello, message);
    const { extensions } = hello;
    // Whatever is of interest here stands in both hellos alike, but for the share.
    const version = findExtension(extensions, supportedVersionsRow, 'SH')?.selected_version ?? hello.legacy_version;
    this.seen.protocol = ProtocolVersion.label(version).replace('TLS ', 'TLSv');
    this.seen.protocolCode = version;
    this.seen.cipherSuite = named(AnyCipherSuite, hello.cipher_suite);
    const isRetry = isHelloRetryRequest(hello);
    this.seen.helloRetry ||= isRetry;
    const group = isRetry
      ? findExtension(extensions, keyShareRow, 'HRR')?.selected_group
      : findExtension(extensions, keyShareRow, 'SH')?.server_share.group;
    if (group !== undefined) this.seen.group = named(NamedGroup, group);
  }
}

/** What a compressed certificate is (RFC 8879), within the bound that the engine has. @throws Error where it is none */
function decompressed(message: Uint8Array): Certificate {
  const body = decodeMessage(compressedCertificate, message);
  const { algorithm, uncompressed_length: length, compressed_certificate_message: bytes } = body;
  const method = nodeCompression.find(each => each.algorithm === algorithm);
  if (method === undefined || length > defaultLimits.maxMessageLength)
    throw new RangeError('no certificate to be read');
  const header = Uint8Array.of(HandshakeType.values.certificate, length >> 16, (length >> 8) & 0xff, length & 0xff);
  return decodeMessage(certificate, Buffer.concat([header, method.decompress(bytes, length) as Uint8Array]));
}

function described(der: Uint8Array): CertificateDescription {
  const digest = createHash('sha256').update(der).digest('hex').toUpperCase();
  return {
    ...describeCertificate(parseCertificate(der)),
    fingerprint256: (digest.match(/../g) as string[]).join(':'),
  };
}
