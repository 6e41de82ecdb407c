/**
 * What each field of records and messages is for, and where that is laid down. Keys: `Struct.label`; `Message/Struct.label` where messages
 * differ; `message Name` of a message as a whole; with `1.2 ` in front where TLS 1.2 has it otherwise. A translation is a copy of this file.
 */
import type { Field } from '@tlskit/tls-inspect';

/** Number of the RFC, and section. */
export type Source = readonly [rfc: number, section: string];

/** Undefined where it is no RFC's. */
export type Entry = readonly [source: Source | undefined, text: string];

/** What is said of any vector, and of what nobody can read. */
export const generic = {
  unread: [undefined, 'Nobody can say what this is: something before it is malformed.'],
  der: [[5280, '4.1'], 'A value in DER, with identifier, length and contents; what it means, what is around it says.'],
  derHeader: [
    [5280, '4.1'],
    'Identifier and length of a DER value (ITU-T X.690, 8.1): what type it is, and how many bytes of contents follow. DER allows only one encoding of each length, the shortest.',
  ],
  vectorLength: (name: string, { start, end, text }: Field): Entry => [
    [9846, '3.4'],
    `How many bytes of ${name} follow: ${text}. ${end - start === 1 ? 'One byte is' : `${end - start} bytes are`} enough for the most that the vector may have.`,
  ],
} as const satisfies Record<string, Entry | ((name: string, length: Field) => Entry)>;

export const messages: Readonly<Record<string, Entry>> = {
  'message ClientHello': [
    [9846, '4.2.2'],
    'The client begins: it offers versions, cipher suites, groups with key shares, and whatever else it can do. All of it is in the clear.',
  ],
  '1.2 message ClientHello': [
    [5246, '7.4.1.2'],
    'The client begins: it offers the highest version and the cipher suites that it knows, and a session to resume if it has one.',
  ],
  'message ServerHello': [
    [9846, '4.2.3'],
    'The server has chosen version, cipher suite and key exchange. With this message both ends have the handshake keys, and all that follows is encrypted.',
  ],
  '1.2 message ServerHello': [
    [5246, '7.4.1.3'],
    'The server has chosen version and cipher suite, and says whether a session is resumed.',
  ],
  'message HelloRetryRequest': [
    [9846, '4.2.4'],
    'The server can go on, but not with this ClientHello: it names what it needs, and the client says hello once more. In form it is a ServerHello with a fixed random.',
  ],
  'message EncryptedExtensions': [
    [9846, '4.4.1'],
    'The answers to extensions that the keys do not depend on: the first message that is encrypted.',
  ],
  'message CertificateRequest': [
    [9846, '4.4.2'],
    'The server wants to know who the client is, and says what certificates and signatures it takes.',
  ],
  '1.2 message CertificateRequest': [
    [5246, '7.4.4'],
    'The server wants to know who the client is, and says what certificates and signatures it takes.',
  ],
  'message Certificate': [
    [9846, '4.5.1'],
    'Who the sender is: its certificate, and those that lead from it towards an authority that the other trusts.',
  ],
  '1.2 message Certificate': [
    [5246, '7.4.2'],
    'Who the sender is: its certificate, and those that lead from it towards an authority that the other trusts. It is sent in the clear.',
  ],
  'message CertificateVerify': [
    [9846, '4.5.2'],
    'Proof that the sender has the private key of its certificate: a signature over the whole handshake up to here.',
  ],
  '1.2 message CertificateVerify': [
    [5246, '7.4.8'],
    'Proof that the client has the private key of its certificate: a signature over all handshake messages up to here.',
  ],
  'message Finished': [
    [9846, '4.5.3'],
    'A MAC over the whole handshake: both have seen the same messages and have the same keys. The sender may send data after it.',
  ],
  '1.2 message Finished': [
    [5246, '7.4.9'],
    'The first message under the new keys: a MAC over the whole handshake, by the master secret.',
  ],
  'message EndOfEarlyData': [
    [9846, '4.6'],
    'No more early data comes: what the client sends from here on is under the handshake keys.',
  ],
  'message NewSessionTicket': [
    [9846, '4.7.1'],
    'A ticket with which the client may resume: a name for a key that both derive from this handshake.',
  ],
  '1.2 message NewSessionTicket': [
    [5077, '3.3'],
    'What the server would have to remember of the session, encrypted for itself: the client keeps it and brings it along.',
  ],
  'message KeyUpdate': [
    [9846, '4.7.3'],
    'The sender goes on with new keys, made from the old ones: this is the last record under those.',
  ],
  'message HelloRequest': [[5246, '7.4.1.1'], 'The server would like the client to begin a new handshake.'],
  'message ServerKeyExchange': [
    [5246, '7.4.3'],
    'The share of the server in an ephemeral key exchange, with a signature by which it is known to be its.',
  ],
  'message ServerHelloDone': [
    [5246, '7.4.5'],
    'The server has said what it had to: it is empty, and now it is the turn of the client.',
  ],
  'message ClientKeyExchange': [
    [5246, '7.4.7'],
    'The part of the client in the key exchange. With it both can compute the premaster secret.',
  ],
  'message CertificateStatus': [
    [6066, '8'],
    'An OCSP response for the certificate before it: the authority says that it is not revoked.',
  ],
  'message CompressedCertificate': [[8879, '4'], 'A Certificate message, compressed.'],
};

export const fields: Readonly<Record<string, Entry>> = {
  // Records
  'TLSPlaintext.type': [
    [9846, '5.1'],
    'What protocol the content belongs to: handshake, alert, change_cipher_spec or application_data.',
  ],
  '1.2 TLSPlaintext.type': [[5246, '6.2.1'], 'What protocol the content belongs to.'],
  'TLSPlaintext.legacy_record_version': [
    [9846, '5.1'],
    'TLS 1.2 in all records, but that the first ClientHello may say TLS 1.0 for the sake of old servers. It means nothing any more and must be ignored for all purposes; this library ignores it but for the first byte of the first record of each side, by which it tells TLS from what is none.',
  ],
  '1.2 TLSPlaintext.legacy_record_version': [
    [5246, '6.2.1'],
    'The version of the connection. In a first ClientHello it may be a lower one: the client does not know yet (Appendix E.1).',
  ],
  'TLSPlaintext.length': [[9846, '5.1'], 'Bytes of content that follow: at most 16,384.'],
  '1.2 TLSPlaintext.length': [[5246, '6.2.1'], 'Bytes of content that follow: at most 16,384.'],
  'TLSPlaintext.fragment': [
    [9846, '5.1'],
    'The content: one or several handshake messages, a part of one, or one alert. There are no keys yet.',
  ],
  '1.2 TLSPlaintext.fragment': [[5246, '6.2.1'], 'The content, not protected as long as there are no keys.'],
  'TLSCiphertext.opaque_type': [
    [9846, '5.2'],
    'Always application_data, whatever is within: the type that counts is encrypted, and middleboxes see what they are used to.',
  ],
  '1.2 TLSCiphertext.opaque_type': [[5246, '6.2.3'], 'What protocol the content belongs to. TLS 1.2 does not hide it.'],
  'TLSCiphertext.legacy_record_version': [
    [9846, '5.2'],
    'Always 0x0303, TLS 1.2. It is authenticated with the record, as part of the additional data.',
  ],
  '1.2 TLSCiphertext.legacy_record_version': [[5246, '6.2.3'], 'The version of the connection.'],
  'TLSCiphertext.length': [
    [9846, '5.2'],
    'Bytes of encrypted_record: content, one byte of type, padding, and the tag. At most 16,640.',
  ],
  '1.2 TLSCiphertext.length': [
    [5246, '6.2.3'],
    'Bytes that follow: what is encrypted, and what its protection adds. At most 18,432.',
  ],
  'TLSCiphertext.encrypted_record': [
    [9846, '5.2'],
    'What the AEAD made of TLSInnerPlaintext: as many bytes of cipher text, and a tag.',
  ],
  '1.2 TLSCiphertext.encrypted_record': [[5246, '6.2.3'], 'The content under the keys of its sender.'],
  'encrypted_record.ciphertext': [
    [9846, '5.2'],
    'TLSInnerPlaintext, encrypted: content, type and padding, byte by byte under a stream of key and nonce.',
  ],
  'TLSCiphertext.ciphertext': [
    [9846, '5.2'],
    'TLSInnerPlaintext, encrypted: content, type and padding. Without the key it looks like noise.',
  ],
  '1.2 TLSCiphertext.ciphertext': [[5246, '6.2.3'], 'The content, encrypted. Without the key it looks like noise.'],
  'TLSCiphertext.tag': [
    [9846, '5.2'],
    'Authenticates the content and the additional data: who has not the key can make none, and a record whose tag does not fit ends the connection with bad_record_mac.',
  ],
  '1.2 TLSCiphertext.tag': [
    [5246, '6.2.3.3'],
    'Authenticates the content and the additional data: a record whose tag does not fit ends the connection with bad_record_mac.',
  ],
  'TLSCiphertext.nonce_explicit': [
    [5288, '3'],
    'The part of the nonce that the record brings along; the other four bytes are of the key block. It must never be the same twice under a key: this library counts the records.',
  ],
  'TLSCiphertext.IV': [
    [5246, '6.2.3.2'],
    'The block that CBC begins with: fresh and unpredictable for each record, for TLS 1.0 showed what comes of a predictable one.',
  ],
  'TLSCiphertext.MAC': [
    [7366, '3'],
    'HMAC over the number of the record, its header, IV and cipher text: it is checked before anything is decrypted.',
  ],
  'TLSInnerPlaintext.content': [[9846, '5.2'], 'What was to be sent: messages, an alert, or data of the application.'],
  'TLSInnerPlaintext.type': [
    [9846, '5.2'],
    'The content type that counts. The receiver finds it as the last byte that is not zero.',
  ],
  'TLSInnerPlaintext.zeros': [[9846, '5.4'], 'Padding, as much as the sender likes: it hides how long the content is.'],
  'part of a message': [
    [9846, '5.1'],
    'A piece of a handshake message that is larger than a record: the receiver puts the pieces together.',
  ],
  data: [[9846, '5.1'], 'Bytes of the application. TLS does not look into them.'],
  '1.2 data': [[5246, '10'], 'Bytes of the application. TLS does not look into them.'],
  ChangeCipherSpec: [
    [9846, '5'],
    'Means nothing in TLS 1.3 and is dropped without further processing: it is there so that middleboxes see what they know of TLS 1.2 (Appendix E.4).',
  ],
  '1.2 ChangeCipherSpec': [
    [5246, '7.1'],
    'From the next record on the sender uses the new keys. It is a protocol of its own, no handshake message.',
  ],
  'ChangeCipherSpec.type': [[9846, '5'], 'Always 1: any other value ends the connection with unexpected_message.'],
  '1.2 ChangeCipherSpec.type': [[5246, '7.1'], 'Always 1, change_cipher_spec.'],
  Alert: [[9846, '6'], 'Why the connection ends.'],
  '1.2 Alert': [[5246, '7.2'], 'Why the connection ends, or what the other should know.'],
  'Alert.level': [
    [9846, '6'],
    'Of no meaning in TLS 1.3: the description alone says how severe it is. close_notify and user_canceled go out as warnings, all others as fatal.',
  ],
  '1.2 Alert.level': [[5246, '7.2'], 'A fatal alert ends the connection at once; after a warning it may go on.'],
  'Alert.description': [
    [9846, '6.2'],
    'What it is: close_notify says that no more data comes, all others but user_canceled are errors.',
  ],
  '1.2 Alert.description': [
    [5246, '7.2'],
    'What it is: close_notify says that no more data comes, most others are errors.',
  ],

  // Handshake messages
  'Handshake.msg_type': [[9846, '4'], 'Which message it is.'],
  '1.2 Handshake.msg_type': [[5246, '7.4'], 'Which message it is.'],
  'HelloRetryRequest/Handshake.msg_type': [
    [9846, '4.2.3'],
    'A HelloRetryRequest has the type of a ServerHello: only its random tells them apart.',
  ],
  'Handshake.length': [
    [9846, '4'],
    'Bytes of the message that follow. Three bytes: a message may be larger than a record.',
  ],
  '1.2 Handshake.length': [
    [5246, '7.4'],
    'Bytes of the message that follow. Three bytes: a message may be larger than a record.',
  ],

  // Hellos
  'ClientHello.legacy_version': [
    [9846, '4.2.2'],
    'Always TLS 1.2: servers of old broke at higher numbers. What the client really speaks is in supported_versions.',
  ],
  '1.2 ClientHello.legacy_version': [
    [5246, '7.4.1.2'],
    'The highest version that the client speaks (client_version): there is no supported_versions to overrule it.',
  ],
  'ClientHello.random': [
    [9846, '4.2.2'],
    'Fresh random bytes: with those of the server they make each handshake, and all keys that come of it, different from every other.',
  ],
  '1.2 ClientHello.random': [
    [5246, '7.4.1.2'],
    'Fresh random bytes that go into master secret and keys. Its first four bytes were once to be the time; few still do so.',
  ],
  'ClientHello.legacy_session_id': [
    [9846, '4.2.2'],
    'In compatibility mode 32 bytes that mean nothing, so that the handshake looks like a resumption of TLS 1.2; or a session of TLS 1.2 that the client would like to resume; empty otherwise.',
  ],
  '1.2 ClientHello.legacy_session_id': [
    [5246, '7.4.1.2'],
    'The session that the client would like to resume, or empty (session_id). With a ticket it is any value, by whose echo the client sees that the ticket was taken (RFC 5077, Section 3.4).',
  ],
  'ClientHello.cipher_suites': [
    [9846, '4.2.2'],
    'What the client takes, best first. Those of TLS 1.3 are an AEAD and the hash for the key schedule, without key exchange and signature; those of older versions, if it offers any, name these too.',
  ],
  '1.2 ClientHello.cipher_suites': [
    [5246, '7.4.1.2'],
    'What the client takes, best first: each names key exchange, signature, cipher and hash all in one.',
  ],
  'ClientHello.legacy_compression_methods': [
    [9846, '4.2.2'],
    'One byte, 0 for none. Compression lets an attacker learn secrets from lengths, so that TLS 1.3 has none.',
  ],
  '1.2 ClientHello.legacy_compression_methods': [
    [5246, '7.4.1.2'],
    'What compression the client could do: 0, none, has to be among it, and is all that anybody should offer.',
  ],
  'ClientHello.extensions': [
    [9846, '4.3'],
    'All that the fixed fields have no place for; in TLS 1.3 the greater part. What a server does not know it passes over.',
  ],
  '1.2 ClientHello.extensions': [
    [5246, '7.4.1.4'],
    'What the fixed fields have no place for. What a server does not know it passes over.',
  ],
  'ServerHello.legacy_version': [
    [9846, '4.2.3'],
    'Always TLS 1.2, for the sake of middleboxes. The version that was chosen is in supported_versions.',
  ],
  '1.2 ServerHello.legacy_version': [[5246, '7.4.1.3'], 'The version that the server has chosen (server_version).'],
  'ServerHello.random': [
    [9846, '4.2.3'],
    'Fresh random bytes of the server. If it had settled for TLS 1.2 though it knows better, the last eight would say so (DOWNGRD), and a client would notice a forged downgrade.',
  ],
  '1.2 ServerHello.random': [
    [5246, '7.4.1.3'],
    'Fresh random bytes of the server, for master secret and keys. A server that knows TLS 1.3 ends it in DOWNGRD (RFC 9846, Section 4.2.3).',
  ],
  'HelloRetryRequest/ServerHello.random': [
    [9846, '4.2.3'],
    'Not random at all: the SHA-256 of "HelloRetryRequest", by which this message is told from a ServerHello.',
  ],
  'ServerHello.legacy_session_id_echo': [
    [9846, '4.2.3'],
    'What the client sent as legacy_session_id, unchanged: anything else makes it give up.',
  ],
  '1.2 ServerHello.legacy_session_id_echo': [
    [5246, '7.4.1.3'],
    'The name of this session (session_id): the one that the client asked for if it is resumed, a new one, or none if it cannot be resumed by ID.',
  ],
  'ServerHello.cipher_suite': [
    [9846, '4.2.3'],
    'The one that the server chose from those of the client: AEAD for records, hash for keys and transcript.',
  ],
  '1.2 ServerHello.cipher_suite': [[5246, '7.4.1.3'], 'The one that the server chose from those of the client.'],
  'HelloRetryRequest/ServerHello.cipher_suite': [
    [9846, '4.2.4'],
    'The suite is settled here already: the ServerHello has to name the same one.',
  ],
  'ServerHello.legacy_compression_method': [[9846, '4.2.3'], 'Always 0: there is no compression.'],
  '1.2 ServerHello.legacy_compression_method': [[5246, '7.4.1.3'], 'The compression that the server chose: 0 is none.'],
  'ServerHello.extensions': [
    [9846, '4.2.3'],
    'Only what the keys depend on: version, key share, pre-shared key. All other answers are in EncryptedExtensions.',
  ],
  'HelloRetryRequest/ServerHello.extensions': [
    [9846, '4.2.4'],
    'What the client needs for a better ClientHello: the version, the group to send a share of, a cookie to bring back.',
  ],
  '1.2 ServerHello.extensions': [[5246, '7.4.1.4'], 'Answers: nothing that the client has not offered.'],
  'EncryptedExtensions.extensions': [
    [9846, '4.4.1'],
    'Answers that nobody but the client needs to see, and that no key depends on.',
  ],
  'Extension.extension_type': [[9846, '4.3'], 'Which extension it is. No message may have the same one twice.'],
  '1.2 Extension.extension_type': [[5246, '7.4.1.4'], 'Which extension it is. No message may have the same one twice.'],

  // Certificates
  'Certificate.certificate_request_context': [
    [9846, '4.5.1'],
    'Of the request that it answers; empty in the handshake of a server, which nobody asked.',
  ],
  'Certificate.certificate_list': [
    [9846, '4.5.1'],
    'The certificate of the sender first, then each one that vouches for the one before. The root may be left out: the other has it, or does not trust it.',
  ],
  '1.2 Certificate.certificate_list': [
    [5246, '7.4.2'],
    'The certificate of the sender first, then each one that vouches for the one before. The root may be left out.',
  ],
  'CertificateEntry.cert_data': [[9846, '4.5.1'], 'One certificate, as its authority made it: X.509 in DER.'],
  'CertificateEntry.extensions': [
    [9846, '4.5.1'],
    'What belongs to this one certificate, such as an OCSP response or certificate transparency.',
  ],
  'CertificateRequest.certificate_request_context': [
    [9846, '4.4.2'],
    'Tells the answers of several requests apart. In the handshake there is one, and this is empty.',
  ],
  'CertificateRequest.extensions': [
    [9846, '4.4.2'],
    'What the server takes: signature_algorithms has to be there, the names of its authorities may.',
  ],
  'CertificateRequest.certificate_types': [
    [5246, '7.4.4'],
    'For what kinds of key a certificate of the client may be.',
  ],
  'CertificateRequest.supported_signature_algorithms': [
    [5246, '7.4.4'],
    'With what the client may sign, and its certificates may be signed, as pairs of hash and signature.',
  ],
  'CertificateRequest.certificate_authorities': [
    [5246, '7.4.4'],
    'The distinguished names of authorities that the server trusts; if there is none, any may do.',
  ],
  'CertificateVerify.algorithm': [
    [9846, '4.5.2'],
    'What the signature was made with: one that the other offered in signature_algorithms, and that suits the key of the certificate.',
  ],
  '1.2 CertificateVerify.algorithm': [
    [5246, '7.4.8'],
    'What the signature was made with: one of those in the CertificateRequest.',
  ],
  'CertificateVerify.signature': [
    [9846, '4.5.2'],
    'Over 64 spaces, a text that names the sender, a zero byte, and the transcript hash up to Certificate: it can be taken for no other signature.',
  ],
  '1.2 CertificateVerify.signature': [[5246, '7.4.8'], 'Over all handshake messages so far, the hellos included.'],
  'CertificateStatus.status_type': [
    [6066, '8'],
    'What kind of statement follows: 1 is OCSP; 2, ocsp_multi of RFC 6961, is OCSP for each certificate of the chain.',
  ],
  'CertificateStatus.response': [[6066, '8'], 'The OCSP response, in DER, as the authority signed it.'],

  // The end of the handshake, and what follows it
  'Finished.verify_data': [
    [9846, '4.5.3'],
    'HMAC of the transcript hash, by a key that is made of the handshake traffic secret of the sender. Whoever changed one byte before is found out here.',
  ],
  '1.2 Finished.verify_data': [
    [5246, '7.4.9'],
    'Twelve bytes of the PRF, of the master secret and the hash of all handshake messages. Whoever changed one byte before is found out here.',
  ],
  'NewSessionTicket.ticket_lifetime': [
    [9846, '4.7.1'],
    'For how many seconds the server will take the ticket: at most seven days.',
  ],
  'NewSessionTicket.ticket_age_add': [
    [9846, '4.7.1'],
    'A random number that the client adds to the age of the ticket, so that nobody in between can tell by it which connection the ticket is from.',
  ],
  'NewSessionTicket.ticket_nonce': [
    [9846, '4.7.1'],
    'Differs from ticket to ticket of a connection, and goes into its key: no two tickets have the same.',
  ],
  'NewSessionTicket.ticket': [
    [9846, '4.7.1'],
    'What the client shows to resume. To it the bytes mean nothing; here the server has encrypted to itself all that it has to know.',
  ],
  'NewSessionTicket.extensions': [[9846, '4.7.1'], 'What the ticket is good for beside resumption.'],
  'NewSessionTicket.ticket_lifetime_hint': [
    [5077, '3.3'],
    'For how many seconds the ticket will be of use, as the server thinks; 0 says nothing.',
  ],
  '1.2 NewSessionTicket.ticket': [
    [5077, '4'],
    'The state of the session, master secret included, encrypted and authenticated with a key that the server alone has.',
  ],
  'KeyUpdate.request_update': [
    [9846, '4.7.3'],
    'Whether the other end should renew its keys too: each direction is renewed by itself.',
  ],

  // Key exchange of TLS 1.2
  'Handshake.ecdh_params': [[8422, '5.4'], 'On which curve, and the ephemeral public key of the server on it.'],
  'ServerECDHParams.curve_type': [
    [8422, '5.4'],
    'Always named_curve (3): curves by their coefficients are done away with.',
  ],
  'ServerECDHParams.namedcurve': [[8422, '5.4'], 'The curve: one that the client offered in supported_groups.'],
  'ServerECDHParams.public': [
    [8422, '5.4'],
    'The public key that the server made for this connection alone: forward secrecy is that it forgets the private one.',
  ],
  'Handshake.dh_params': [[5246, '7.4.3'], 'The group, as numbers, and the ephemeral public key of the server in it.'],
  'ServerDHParams.dh_p': [
    [5246, '7.4.3'],
    'The prime modulus. The client has to judge whether it is large and safe enough.',
  ],
  'ServerDHParams.dh_g': [[5246, '7.4.3'], 'The generator of the group.'],
  'ServerDHParams.dh_Ys': [
    [5246, '7.4.3'],
    'The public key of the server: g to the power of a secret number, modulo p.',
  ],
  'Handshake.signed_params': [
    [5246, '7.4.3'],
    'By which the share is known to be that of the server: nobody else has the key of its certificate.',
  ],
  'DigitallySigned.algorithm': [
    [5246, '4.7'],
    'Hash and signature algorithm: one of those that the client offered in signature_algorithms.',
  ],
  'DigitallySigned.signature': [
    [5246, '7.4.3'],
    'Over both randoms and the parameters. Nothing in it says which suite or group was offered: the Finished messages have to.',
  ],
  'Handshake.ecdh_Yc': [[8422, '5.7'], 'The public key that the client made for this connection alone.'],
  'Handshake.dh_Yc': [[5246, '7.4.7.2'], 'The public key of the client: g to the power of a secret number, modulo p.'],
  'Handshake.encrypted_pre_master_secret': [
    [5246, '7.4.7.1'],
    'The premaster secret, made by the client and encrypted with the RSA key of the certificate. Who gets that key later can decrypt all of the connection: there is no forward secrecy.',
  ],
  'Handshake.psk_identity_hint': [[4279, '2'], 'Helps the client to tell which key is meant.'],
  'Handshake.psk_identity': [[4279, '2'], 'The name of the key that both know.'],
};
