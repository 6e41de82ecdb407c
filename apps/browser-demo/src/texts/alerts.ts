/** What is said of alerts; the alerts themselves are those of the library's table. */
import type { AlertName } from '@tlskit/tls-alerts';

interface AlertText {
  /** What it says, in a sentence or two. */
  readonly when: string;
  readonly section: string;
}

export const texts = {
  caption: 'The alerts of TLS',
  column: {
    number: 'Number',
    name: 'Alert',
    level: 'Level',
    when: 'What it says',
    section: 'Defined in',
    codes: 'Errors of tlskit that send it',
  },
  level: { warning: 'warning', fatal: 'fatal' },
  or: ', or ',
  reserved: 'none: reserved',
  unsent: 'none of its own',
  in12: 'in TLS 1.2',
  errors: (count: number) => `${count} errors`,

  alert: {
    close_notify: {
      when: 'The sender has said all that it had to say. A connection that ends without it may have been cut off.',
      section: 'RFC 9846 §6.1',
    },
    unexpected_message: {
      when: 'A message or record came that has no place there: out of order, in the clear, or of an unknown type.',
      section: 'RFC 9846 §6.2',
    },
    bad_record_mac: {
      when: 'A record could not be opened: its bytes, its place in the order, or the keys are others.',
      section: 'RFC 9846 §6.2',
    },
    decryption_failed_RESERVED: {
      when: 'Once said that a block cipher left bad padding. To tell that apart from a bad MAC helps an attacker to decrypt.',
      section: 'RFC 5246 §7.2.2',
    },
    record_overflow: {
      when: 'A record is longer than the protocol, or the limit that was agreed on, lets it be.',
      section: 'RFC 9846 §6.2, RFC 8449 §4',
    },
    decompression_failure_RESERVED: {
      when: 'Once said that compressed data could not be expanded. TLS 1.3 does not compress records.',
      section: 'RFC 5246 §7.2.2',
    },
    handshake_failure: {
      when: 'The two ends have no set of parameters in common, or none that the sender accepts.',
      section: 'RFC 9846 §6.2',
    },
    no_certificate_RESERVED: {
      when: 'In SSL 3.0 the answer of a client that has no certificate; since then an empty message says it.',
      section: 'RFC 6101 §5.4.2',
    },
    bad_certificate: {
      when: 'The certificate is damaged, or a signature on the way to the authority does not verify.',
      section: 'RFC 9846 §6.2',
    },
    unsupported_certificate: {
      when: 'The certificate is of a kind that the sender cannot use, or is not for this use.',
      section: 'RFC 9846 §6.2',
    },
    certificate_revoked: { when: 'Its issuer has taken the certificate back.', section: 'RFC 9846 §6.2' },
    certificate_expired: {
      when: 'The certificate is not valid now: too old, or not yet.',
      section: 'RFC 9846 §6.2',
    },
    certificate_unknown: {
      when: 'The certificate is not acceptable for a reason that has no alert of its own.',
      section: 'RFC 9846 §6.2',
    },
    illegal_parameter: {
      when: 'A value is well formed but not allowed there, or contradicts another.',
      section: 'RFC 9846 §6.2',
    },
    unknown_ca: {
      when: 'The chain leads to no authority that the sender trusts.',
      section: 'RFC 9846 §6.2',
    },
    access_denied: {
      when: 'The sender knows who the other is, and does not let it in.',
      section: 'RFC 9846 §6.2',
    },
    decode_error: {
      when: 'A message cannot be read: a length is wrong, something is missing, or something is left over.',
      section: 'RFC 9846 §6.2',
    },
    decrypt_error: {
      when: 'A signature, a Finished or a binder of the handshake does not verify.',
      section: 'RFC 9846 §6.2',
    },
    too_many_cids_requested: {
      when: 'In DTLS, the other asked for more connection IDs than there may be.',
      section: 'RFC 9147 §9',
    },
    export_restriction_RESERVED: {
      when: 'Once said that a key was longer than could be exported from the USA of the nineties.',
      section: 'RFC 5246 §7.2.2',
    },
    protocol_version: {
      when: 'The version that the other wants is known, and not spoken here.',
      section: 'RFC 9846 §6.2',
    },
    insufficient_security: {
      when: 'What the other has in common is too weak for the sender.',
      section: 'RFC 9846 §6.2',
    },
    internal_error: {
      when: 'Something went wrong at the sender, through no fault of the other.',
      section: 'RFC 9846 §6.2',
    },
    inappropriate_fallback: {
      when: 'The client came again with a lower version although the server speaks a higher one: somebody may have disturbed the first try.',
      section: 'RFC 7507 §3',
    },
    user_canceled: {
      when: 'The handshake is given up for reasons outside the protocol; a close_notify follows.',
      section: 'RFC 9846 §6.1',
    },
    no_renegotiation_RESERVED: {
      when: 'In TLS 1.2, no to another handshake within the connection; the asker may go on or leave. TLS 1.3 has no such handshake.',
      section: 'RFC 5246 §7.2.2',
    },
    missing_extension: {
      when: 'An extension is not there without which the rest of the message means nothing.',
      section: 'RFC 9846 §6.2, §9.2',
    },
    unsupported_extension: {
      when: 'An answer has an extension that nobody asked for.',
      section: 'RFC 9846 §6.2',
    },
    certificate_unobtainable_RESERVED: {
      when: 'Once said that a certificate could not be fetched from the URL that stood in its place.',
      section: 'RFC 6066 §5',
    },
    unrecognized_name: {
      when: 'The server has nobody of the name that the client asked for.',
      section: 'RFC 6066 §3',
    },
    bad_certificate_status_response: {
      when: 'The OCSP response beside the certificate is not valid, or not good enough.',
      section: 'RFC 6066 §8',
    },
    bad_certificate_hash_value_RESERVED: {
      when: 'Once said that what was fetched from a URL had another hash than the one that was given.',
      section: 'RFC 6066 §5',
    },
    unknown_psk_identity: {
      when: 'A pre-shared key is needed, and the server knows none of those that were named.',
      section: 'RFC 9846 §6.2',
    },
    certificate_required: {
      when: 'The server wants a certificate of the client, and got none.',
      section: 'RFC 9846 §6.2',
    },
    general_error: {
      when: 'Something is wrong that no other alert says, or that the sender would not say.',
      section: 'RFC 9846 §6.2',
    },
    no_application_protocol: {
      when: 'The server speaks none of the protocols that the client offered.',
      section: 'RFC 7301 §3.2',
    },
    ech_required: {
      when: 'The server could not open the encrypted ClientHello, and the client will not go on without it.',
      section: 'RFC 9849 §11.2',
    },
  } satisfies Readonly<Record<AlertName, AlertText>>,
};
