/** What is said of extensions; which there are, and where they may stand, is in the library's registries. */
import type { ExtensionMessage, ExtensionType } from '@tlskit/tls-messages';

interface ExtensionText {
  readonly purpose: string;
  readonly section: string;
}

export const texts = {
  caption: 'The extensions of TLS',
  lead: 'A dot says that the message may carry the extension; anywhere else a receiver that knows it answers with illegal_parameter (RFC 9846 §4.3). A question mark: neither RFC 9846 nor a codec of tlskit says. In a ServerHello of TLS 1.2 tlskit lets supported_groups pass, as some servers send it.',
  column: {
    number: 'Number',
    name: 'Extension',
    purpose: 'What it is for',
    section: 'Defined in',
    used: 'Used by tlskit in',
  },
  place: {
    CH: { short: 'CH', long: 'ClientHello' },
    SH: { short: 'SH', long: 'ServerHello of TLS 1.3' },
    EE: { short: 'EE', long: 'EncryptedExtensions' },
    CT: { short: 'CT', long: 'Certificate of TLS 1.3' },
    CR: { short: 'CR', long: 'CertificateRequest of TLS 1.3' },
    NST: { short: 'NST', long: 'NewSessionTicket of TLS 1.3' },
    HRR: { short: 'HRR', long: 'HelloRetryRequest' },
    SH12: { short: 'SH 1.2', long: 'ServerHello of TLS 1.2' },
  } satisfies Readonly<Record<ExtensionMessage, { readonly short: string; readonly long: string }>>,
  may: '●',
  unsaid: '?',
  and: ', ',

  extension: {
    server_name: {
      purpose: 'The name of the host that the client wants, so that a server of many shows the right certificate.',
      section: 'RFC 6066 §3',
    },
    max_fragment_length: {
      purpose: 'Shorter records, of one of four lengths; record_size_limit took its place.',
      section: 'RFC 6066 §4',
    },
    client_certificate_url: {
      purpose: 'The client gives the URL of its certificate instead of the certificate.',
      section: 'RFC 6066 §5',
    },
    trusted_ca_keys: { purpose: 'Which authorities a client with little room knows.', section: 'RFC 6066 §6' },
    truncated_hmac: { purpose: 'MACs cut to ten bytes; not to be used any more.', section: 'RFC 6066 §7' },
    status_request: {
      purpose: 'A fresh OCSP response along with the certificate, so that the client need not fetch one.',
      section: 'RFC 6066 §8, RFC 9846 §4.5.1.1',
    },
    user_mapping: { purpose: 'Hints by which a server finds the account of a user.', section: 'RFC 4681' },
    client_authz: { purpose: 'Attribute certificates or assertions of the client.', section: 'RFC 5878' },
    server_authz: { purpose: 'Attribute certificates or assertions of the server.', section: 'RFC 5878' },
    cert_type: { purpose: 'OpenPGP keys in place of X.509 certificates.', section: 'RFC 6091' },
    supported_groups: {
      purpose: 'The groups in which the client can exchange keys, best first.',
      section: 'RFC 9846 §4.3.7, RFC 8422 §5.1.1',
    },
    ec_point_formats: {
      purpose: 'How points of curves are written in TLS 1.2; all but one form are gone.',
      section: 'RFC 8422 §5.1.2',
    },
    srp: { purpose: 'The user name for key exchange by a password.', section: 'RFC 5054' },
    signature_algorithms: {
      purpose: 'The signatures that the sender can verify in the handshake, and in certificates unless it says others.',
      section: 'RFC 9846 §4.3.3',
    },
    use_srtp: { purpose: 'Keys for SRTP come of this handshake: by which profile.', section: 'RFC 5764 §4.1' },
    heartbeat: { purpose: 'Whether the peer may ask for a sign of life.', section: 'RFC 6520 §2' },
    application_layer_protocol_negotiation: {
      purpose: 'Which protocol is spoken within: HTTP/2, say, or HTTP/1.1.',
      section: 'RFC 7301 §3.1',
    },
    status_request_v2: {
      purpose: 'OCSP responses for the whole chain; TLS 1.3 does that with status_request.',
      section: 'RFC 6961',
    },
    signed_certificate_timestamp: {
      purpose: 'Promises of public logs that the certificate is in them.',
      section: 'RFC 6962 §3.3',
    },
    client_certificate_type: {
      purpose: 'The client may show a bare public key instead of a certificate.',
      section: 'RFC 7250 §3',
    },
    server_certificate_type: {
      purpose: 'The server may show a bare public key instead of a certificate.',
      section: 'RFC 7250 §3',
    },
    padding: { purpose: 'Zeros that make a ClientHello longer.', section: 'RFC 7685 §3' },
    encrypt_then_mac: {
      purpose: 'For suites with CBC: the MAC is over the cipher text, and is verified before anything is decrypted.',
      section: 'RFC 7366 §2',
    },
    extended_master_secret: {
      purpose:
        'The master secret of TLS 1.2 is bound to the handshake up to ClientKeyExchange, that included, not to two randoms.',
      section: 'RFC 7627 §5.1',
    },
    token_binding: { purpose: 'Cookies and tokens are bound to a key of the client.', section: 'RFC 8472' },
    cached_info: { purpose: 'The client knows the chain already: its hash is enough.', section: 'RFC 7924' },
    tls_lts: { purpose: 'A profile of TLS 1.2 for devices that live long.', section: 'draft-gutmann-tls-lts' },
    compress_certificate: {
      purpose: 'By which algorithms a compressed certificate may come.',
      section: 'RFC 8879 §3',
    },
    record_size_limit: {
      purpose: 'The longest record that the sender takes, in each direction apart.',
      section: 'RFC 8449 §4',
    },
    pwd_protect: { purpose: 'An encrypted user name for the password exchange TLS-PWD.', section: 'RFC 8492' },
    pwd_clear: { purpose: 'A user name in the clear for the password exchange TLS-PWD.', section: 'RFC 8492' },
    password_salt: { purpose: 'The salt that the server keeps with a password of TLS-PWD.', section: 'RFC 8492' },
    ticket_pinning: { purpose: 'A client knows its server again by a ticket.', section: 'RFC 8672' },
    tls_cert_with_extern_psk: {
      purpose: 'A certificate and a key that both have, in one handshake.',
      section: 'RFC 8773',
    },
    delegated_credential: {
      purpose: 'A short-lived key that the holder of a certificate signed itself.',
      section: 'RFC 9345 §4',
    },
    session_ticket: {
      purpose: 'In TLS 1.2: a ticket to resume by, or nothing to ask for one.',
      section: 'RFC 5077 §3.2',
    },
    TLMSP: { purpose: 'Middleboxes that both ends let in.', section: 'ETSI TS 103 523-2' },
    TLMSP_proxying: { purpose: 'TLMSP through a proxy.', section: 'ETSI TS 103 523-2' },
    TLMSP_delegate: { purpose: 'TLMSP by a delegate.', section: 'ETSI TS 103 523-2' },
    supported_ekt_ciphers: { purpose: 'How the keys of SRTP are wrapped for a group.', section: 'RFC 8870' },
    pre_shared_key: {
      purpose: 'Keys that both have, by name, each with a binder; the server says which it takes.',
      section: 'RFC 9846 §4.3.11',
    },
    early_data: {
      purpose: 'Data before the handshake is over: offered, accepted, or how much a ticket is good for.',
      section: 'RFC 9846 §4.3.10',
    },
    supported_versions: {
      purpose: 'The versions that the client speaks, and the one that the server chose.',
      section: 'RFC 9846 §4.3.1',
    },
    cookie: {
      purpose: 'What the server wants back with the second ClientHello, so that it need not remember the first.',
      section: 'RFC 9846 §4.3.2',
    },
    psk_key_exchange_modes: {
      purpose: 'Whether pre-shared keys may be used alone, or with a fresh key exchange.',
      section: 'RFC 9846 §4.3.9',
    },
    certificate_authorities: {
      purpose: 'The authorities whose certificates the sender would take.',
      section: 'RFC 9846 §4.3.4',
    },
    oid_filters: {
      purpose: 'What a certificate of the client must have in extensions of its own.',
      section: 'RFC 9846 §4.3.5',
    },
    post_handshake_auth: {
      purpose: 'The client can be asked for a certificate later.',
      section: 'RFC 9846 §4.3.6',
    },
    signature_algorithms_cert: {
      purpose: 'The signatures that the sender can verify in certificates, where they are others.',
      section: 'RFC 9846 §4.3.3',
    },
    key_share: {
      purpose: 'Public keys for the key exchange; in HelloRetryRequest the group of which one is wanted.',
      section: 'RFC 9846 §4.3.8',
    },
    transparency_info: {
      purpose: 'What public logs say, in version 2 of Certificate Transparency.',
      section: 'RFC 9162',
    },
    connection_id_deprecated: {
      purpose: 'Connection IDs of DTLS, as an early draft numbered them.',
      section: 'RFC 9146',
    },
    connection_id: { purpose: 'In DTLS: a connection is known by an ID, not by its address.', section: 'RFC 9146' },
    external_id_hash: { purpose: 'Binds the handshake to an identity that signalling told.', section: 'RFC 8844' },
    external_session_id: { purpose: 'Binds the handshake to a session of the signalling.', section: 'RFC 8844' },
    quic_transport_parameters: {
      purpose: 'Parameters of QUIC, under the protection of TLS.',
      section: 'RFC 9001 §8.2',
    },
    ticket_request: { purpose: 'How many tickets the client would like.', section: 'RFC 9149' },
    dnssec_chain: { purpose: 'Records of DNSSEC by which the client verifies the key.', section: 'RFC 9102' },
    sequence_number_encryption_algorithms: {
      purpose: 'In DTLS: how sequence numbers are encrypted, if at all.',
      section: 'draft-pismenny-tls-dtls-plaintext-sequence-number',
    },
    rrc: {
      purpose: 'In DTLS: whether a new address of the peer is really its own.',
      section: 'RFC 9853',
    },
    tls_flags: {
      purpose: 'Extensions that are a single bit, in one; tlskit reads those of a ticket.',
      section: 'draft-ietf-tls-tlsflags',
    },
    ech_outer_extensions: {
      purpose: 'Within an encrypted ClientHello: these extensions are as in the outer one.',
      section: 'RFC 9849',
    },
    encrypted_client_hello: {
      purpose: 'The real ClientHello, encrypted to the server, in one that says little.',
      section: 'RFC 9849',
    },
    renegotiation_info: {
      purpose: 'Binds a new handshake within a connection of TLS 1.2 to the one before; empty in the first.',
      section: 'RFC 5746 §3.2',
    },
  } satisfies Readonly<Record<keyof typeof ExtensionType.values, ExtensionText>>,
};
