/** What a server said in its handshake, message by message: for the report of a handshake that was not completed. */
import { createHash } from 'node:crypto';
import {
  AnyCipherSuite,
  alpnRow,
  certificate,
  certificateVerify,
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
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import {
  type CertificateDescription,
  type ConnectionInfo,
  describeCertificate,
  type Named,
  parseCertificate,
} from 'tlskit';

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
    | 'peerCertificate']?: ConnectionInfo[K];
};

/** Collects what the handshake messages of a server say. None is trusted, and a malformed one says nothing. */
export class Observer {
  readonly seen: Seen = {};

  /** @param message header and body */
  receive(message: Uint8Array): void {
    try {
      this.#read(message);
    } catch {
      // The engine has an opinion on malformed messages, and tells it.
    }
  }

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
        const [entry] = decodeMessage(certificate, message).certificate_list;
        if (entry !== undefined) this.seen.peerCertificate = described(entry.cert_data);
        return;
      }
      case types.certificate_verify:
        this.seen.signatureScheme = named(SignatureScheme, decodeMessage(certificateVerify, message).algorithm);
    }
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

function named(registry: { label(code: number): string }, code: number): Named {
  return { name: registry.label(code), code };
}

function described(der: Uint8Array): CertificateDescription {
  const digest = createHash('sha256').update(der).digest('hex').toUpperCase();
  return {
    ...describeCertificate(parseCertificate(der)),
    fingerprint256: (digest.match(/../g) as string[]).join(':'),
  };
}
