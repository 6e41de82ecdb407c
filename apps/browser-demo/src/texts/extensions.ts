/** What each extension is for, and each field of its body; the keys are those of fields.ts, `extension name` is the extension as a whole. */
import type { Entry } from './fields.ts';

export const extensions: Readonly<Record<string, Entry>> = {
  'extension server_name': [
    [6066, '3'],
    'Which server the client wants, by name: one address may serve many. It is in the clear.',
  ],
  'EncryptedExtensions extension server_name': [[6066, '3'], 'Empty: the server has made use of the name.'],
  'ServerHello extension server_name': [[6066, '3'], 'Empty: the server has made use of the name.'],
  'ServerNameList.server_name_list': [[6066, '3'], 'Names, one of each type: in practice a single host name.'],
  'ServerName.name_type': [[6066, '3'], '0, host_name, is the only type that there is.'],
  'ServerName.name': [[6066, '3'], 'The host name, in ASCII and without a dot at the end.'],

  'extension supported_groups': [
    [9846, '4.3.7'],
    'Groups for the key exchange that the client can do, best first: curves, finite fields, and hybrids with ML-KEM.',
  ],
  '1.2 extension supported_groups': [
    [8422, '5.1.1'],
    'Curves that the client can do, for key exchange and for ECDSA certificates.',
  ],
  'EncryptedExtensions extension supported_groups': [
    [9846, '4.3.7'],
    'Groups that the server would rather have had: the client may begin with one of them the next time.',
  ],
  'NamedGroupList.named_group_list': [[9846, '4.3.7'], 'In order of preference.'],
  '1.2 NamedGroupList.named_group_list': [[8422, '5.1.1'], 'In order of preference.'],

  'extension signature_algorithms': [
    [9846, '4.3.3'],
    'With what the other may sign: in CertificateVerify, and in certificates too unless signature_algorithms_cert says otherwise.',
  ],
  '1.2 extension signature_algorithms': [
    [5246, '7.4.1.4.1'],
    'Pairs of hash and signature that the client can verify, in ServerKeyExchange and in certificates.',
  ],
  'extension signature_algorithms_cert': [[9846, '4.3.3'], 'With what certificates may be signed.'],
  'SignatureSchemeList.supported_signature_algorithms': [[9846, '4.3.3'], 'In order of preference.'],
  '1.2 SignatureSchemeList.supported_signature_algorithms': [[5246, '7.4.1.4.1'], 'In order of preference.'],

  'extension supported_versions': [
    [9846, '4.3.1'],
    'Which versions the client speaks. This, and not legacy_version, is where TLS 1.3 is negotiated.',
  ],
  'ServerHello extension supported_versions': [
    [9846, '4.3.1'],
    'The version that the server chose: it makes this a ServerHello of TLS 1.3.',
  ],
  'HelloRetryRequest extension supported_versions': [
    [9846, '4.3.1'],
    'The version that the server chose: the ServerHello has to say the same.',
  ],
  'SupportedVersions.versions': [[9846, '4.3.1'], 'In order of preference.'],
  'SupportedVersions.selected_version': [
    [9846, '4.3.1'],
    '0x0304, TLS 1.3: for older versions this extension is not sent.',
  ],

  'extension key_share': [
    [9846, '4.3.8'],
    'Public keys for groups of which the client thinks that the server takes one: if it does, the key exchange needs no round trip more.',
  ],
  'ServerHello extension key_share': [
    [9846, '4.3.8'],
    'The public key of the server, for a group of which the client had sent a share: both have a shared secret now.',
  ],
  'HelloRetryRequest extension key_share': [[9846, '4.3.8'], 'The group that the server wants a share of.'],
  'KeyShareClientHello.client_shares': [
    [9846, '4.3.8'],
    'One for each group that the client bets on, best first. An empty list asks the server to choose, and costs a round trip.',
  ],
  'KeyShareServerHello.server_share': [
    [9846, '4.3.8'],
    'One share, of one of the groups that the client sent shares of.',
  ],
  'KeyShareHelloRetryRequest.selected_group': [
    [9846, '4.3.8'],
    'One that the client supports, but sent no share of. The second ClientHello has a share of it, and of no other.',
  ],
  'KeyShareEntry.group': [[9846, '4.3.8'], 'The group that the key is of.'],
  'KeyShareEntry.key_exchange': [
    [9846, '4.3.8'],
    'The ephemeral public key, in the form that the group has: 32 bytes for X25519, a point for NIST curves, a number for finite fields; of a hybrid both parts, one behind the other.',
  ],
  'ServerHello/KeyShareEntry.key_exchange': [
    [9846, '4.3.8'],
    'The ephemeral public key of the server; for ML-KEM the secret that it encapsulated to the key of the client.',
  ],

  'extension psk_key_exchange_modes': [
    [9846, '4.3.9'],
    'How a pre-shared key or a ticket may be used. A server should send no tickets that do not fit it, and must abort where pre_shared_key comes without it.',
  ],
  'PskKeyExchangeModes.ke_modes': [
    [9846, '4.3.9'],
    'psk_dhe_ke has a key exchange beside the key, and with it forward secrecy; psk_ke has the key alone.',
  ],
  'extension pre_shared_key': [
    [9846, '4.3.11'],
    'Keys that both may know, of tickets or by arrangement, with proof that the client has them. It has to be the last extension: the proof is over all before it.',
  ],
  'ServerHello extension pre_shared_key': [[9846, '4.3.11'], 'Which of the keys the server took.'],
  'OfferedPsks.identities': [[9846, '4.3.11'], 'The names of the keys, best first.'],
  'PskIdentity.identity': [
    [9846, '4.3.11'],
    'The name of a key: a ticket as the server gave it, or what both agreed on.',
  ],
  'PskIdentity.obfuscated_ticket_age': [
    [9846, '4.3.11.1'],
    'Milliseconds since the ticket came, plus its ticket_age_add: by it a server sees whether early data is fresh. For other keys it is 0.',
  ],
  'OfferedPsks.binders': [
    [9846, '4.3.11.2'],
    'For each key an HMAC over this ClientHello up to here: who does not know the key cannot make it, and it ties the key to this very handshake.',
  ],
  'PreSharedKeyExtension.selected_identity': [[9846, '4.3.11'], 'Its place in the list of the client, counted from 0.'],
  'extension early_data': [
    [9846, '4.3.10'],
    'The client sends data at once, under a key that it has from before. Such data can be replayed, and has no forward secrecy.',
  ],
  'EncryptedExtensions extension early_data': [[9846, '4.3.10'], 'The server takes the early data.'],
  'NewSessionTicket extension early_data': [[9846, '4.7.1'], 'With this ticket early data may be sent.'],
  'EarlyDataIndication.max_early_data_size': [
    [9846, '4.7.1'],
    'The most bytes of early data that the server will take with this ticket.',
  ],
  'extension cookie': [
    [9846, '4.3.2'],
    'The client brings back what the HelloRetryRequest gave it: a server need remember nothing in between.',
  ],
  'Cookie.cookie': [
    [9846, '4.3.2'],
    'To the client it means nothing. A server can keep the hash of the first ClientHello in it, authenticated.',
  ],
  'extension certificate_authorities': [
    [9846, '4.3.4'],
    'Authorities that the sender trusts: the other can choose a certificate by them.',
  ],
  'CertificateAuthoritiesExtension.authorities': [[9846, '4.3.4'], 'Distinguished names, in DER.'],
  'extension oid_filters': [
    [9846, '4.3.5'],
    'Extensions of X.509, with values, that a certificate of the client has to have.',
  ],
  'extension post_handshake_auth': [[9846, '4.3.6'], 'The client is willing to be asked for a certificate later.'],

  'extension status_request': [
    [6066, '8'],
    'The client would like an OCSP response with the certificate, so that it need not ask the authority.',
  ],
  'Certificate extension status_request': [
    [9846, '4.5.1.1'],
    'The OCSP response for this certificate: the statement of the authority that it is not revoked.',
  ],
  'ServerHello extension status_request': [[6066, '8'], 'Empty: a CertificateStatus message may follow.'],
  'CertificateStatusRequest.status_type': [[6066, '8'], '1, OCSP: this extension has no other.'],
  'CertificateStatusRequest.request': [[6066, '8'], 'What kind of OCSP response would do.'],
  'OCSPStatusRequest.responder_id_list': [[6066, '8'], 'Responders that the client trusts; empty where it takes any.'],
  'OCSPStatusRequest.request_extensions': [
    [6066, '8'],
    'Extensions of the OCSP request, in DER; empty where there are none.',
  ],
  'extension application_layer_protocol_negotiation': [
    [7301, '3.1'],
    'What the client wants to speak within TLS, such as http/1.1 or h2: it is agreed on in the handshake, at no cost.',
  ],
  'EncryptedExtensions extension application_layer_protocol_negotiation': [
    [7301, '3.1'],
    'The protocol that the server chose. In TLS 1.3 only the client gets to see it.',
  ],
  'ServerHello extension application_layer_protocol_negotiation': [
    [7301, '3.1'],
    'The protocol that the server chose.',
  ],
  'ProtocolNameList.protocol_name_list': [[7301, '3.1'], 'In order of preference; in an answer exactly one.'],
  'extension record_size_limit': [
    [8449, '4'],
    'The largest record that the sender is willing to take: bytes of plaintext, in TLS 1.3 with type and padding.',
  ],

  'extension extended_master_secret': [
    [7627, '5.1'],
    'The master secret is made of the hash of the handshake up to and including ClientKeyExchange (Section 3), not of the randoms: no two sessions can be made to have the same.',
  ],
  'extension encrypt_then_mac': [
    [7366, '2'],
    'CBC suites are to encrypt first and make the MAC over that: the other order let padding be guessed.',
  ],
  'extension renegotiation_info': [
    [5746, '3.2'],
    'Ties a renegotiation to the connection it happens in. Empty in a first handshake, where it says that both know of the matter.',
  ],
  'RenegotiationInfo.renegotiated_connection': [
    [5746, '3.2'],
    'The verify_data of the handshake before; empty when there was none.',
  ],
  'extension ec_point_formats': [[8422, '5.1.2'], 'How points of a curve may be written.'],
  'ECPointFormatList.ec_point_format_list': [
    [8422, '5.1.2'],
    'Uncompressed has to be there; the others are done away with.',
  ],
  'extension session_ticket': [
    [5077, '3.2'],
    'A ticket to resume by, or nothing: then the client would like to be given one.',
  ],
  'ServerHello extension session_ticket': [[5077, '3.2'], 'Empty: a NewSessionTicket will follow.'],

  'extension padding': [
    [7685, '3'],
    'Zeros that make the ClientHello longer, where servers stumble over certain lengths.',
  ],
  'extension signed_certificate_timestamp': [[6962, '3.3.1'], 'Proof that the certificate is in public logs.'],
  'extension max_fragment_length': [[6066, '4'], 'Asks for smaller records: superseded by record_size_limit.'],
  'extension compress_certificate': [[8879, '3'], 'With what certificates may be compressed.'],
  'extension client_certificate_type': [[7250, '3'], 'What kinds of certificate the client can send.'],
  'extension server_certificate_type': [[7250, '3'], 'What kinds of certificate the client takes.'],
};
