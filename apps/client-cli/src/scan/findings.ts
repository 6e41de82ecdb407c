/** Every finding that a scan may come to: its name, which stays, how bad it is, and what it means. */

/** From what is only worth knowing to what must not be. */
export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

const rows = {
  'ssl-2': ['critical', 'SSL 2.0 is spoken: nothing of it protects (RFC 6176).'],
  'ssl-3': ['high', 'SSL 3.0 is spoken: its CBC padding gives plaintext away, POODLE (RFC 7568).'],
  'tls-1.0': ['medium', 'TLS 1.0 is spoken, which is deprecated (RFC 8996); its CBC has predictable IVs, BEAST.'],
  'tls-1.1': ['medium', 'TLS 1.1 is spoken, which is deprecated (RFC 8996).'],
  'no-tls-1.3': ['low', 'TLS 1.3 is not spoken.'],
  'null-cipher': ['critical', 'Suites without encryption are taken.'],
  anonymous: ['critical', 'Suites without authentication are taken: anybody may be the server.'],
  export: ['critical', 'Suites for export, with keys of 40 to 56 bits, are taken: FREAK and Logjam.'],
  rc4: ['high', 'RC4 is taken, whose biases give plaintext away (RFC 7465).'],
  'single-des': ['high', 'Ciphers with keys of 56 bits or less are taken.'],
  'blocks-of-64-bits': ['medium', 'Ciphers with blocks of 64 bits are taken, 3DES or IDEA: Sweet32.'],
  'cbc-without-encrypt-then-mac': [
    'low',
    'CBC suites are taken, and authenticate before they encrypt: Lucky 13 (RFC 7366).',
  ],
  'no-forward-secrecy': [
    'medium',
    'Suites are taken whose key exchange is RSA, static DH or plain PSK: whoever gets the key reads what was recorded. ROBOT is not probed.',
  ],
  'short-tags': ['info', 'Suites with tags of 8 bytes, CCM_8, are taken.'],
  'dh-below-1024-bits': ['critical', 'The prime of finite-field Diffie-Hellman has fewer than 1024 bits: Logjam.'],
  'dh-below-2048-bits': ['high', 'The prime of finite-field Diffie-Hellman has fewer than 2048 bits (RFC 9325 §4.1).'],
  'dh-common-prime': [
    'medium',
    'A prime below 2048 bits is one that many servers share: what is precomputed for one is good against all.',
  ],
  'weak-group': ['medium', 'Curves of fewer than 224 bits are taken.'],
  'no-post-quantum-group': [
    'info',
    'No group with ML-KEM is taken: what is recorded now may be read by a quantum computer.',
  ],
  'no-secure-renegotiation': [
    'medium',
    'There is no renegotiation_info: handshakes may be spliced (RFC 5746). Whether it renegotiates is not probed.',
  ],
  'client-renegotiation': ['low', 'Clients get another handshake whenever they ask for one, which is work for little.'],
  compression: ['high', 'Compression of TLS is taken: lengths tell secrets, CRIME.'],
  'md5-signature': ['high', 'The server signs handshakes with MD5.'],
  'sha1-signature': ['medium', 'The server signs handshakes with SHA-1 (RFC 9155).'],
  'no-extended-master-secret': [
    'low',
    'TLS 1.2 without extended_master_secret: sessions may be synchronised (RFC 7627).',
  ],
  'truncated-hmac': ['medium', 'MACs may be cut to 80 bits.'],
  heartbeat: ['info', 'Heartbeats are on, which nothing over TCP needs (RFC 6520). Heartbleed is not probed.'],
  'long-lived-tickets': ['medium', 'Tickets live longer than 7 days (RFC 9846 §4.7.1).'],
  'ticket-reuse': ['info', 'A ticket is good more than once: connections can be linked (RFC 9846 §C.4).'],
  'resumption-without-key-exchange': [
    'medium',
    'Sessions resume without a key exchange, and so without forward secrecy (psk_ke).',
  ],
  'early-data': ['low', 'Early data is offered: it may be replayed (RFC 9846 §2.3).'],
  'no-fallback-scsv': [
    'low',
    'TLS_FALLBACK_SCSV is not heeded: clients that retry with less may be forced to (RFC 7507).',
  ],
  'no-downgrade-sentinel': ['medium', 'A server of TLS 1.3 does not mark TLS 1.2 as a downgrade (RFC 9846 §4.2.3).'],
  'version-intolerance': ['low', 'A version that does not exist yet is not passed over.'],
  'grease-intolerance': ['medium', 'Reserved values are not passed over (RFC 8701): what is new will not work.'],
  'long-hello-intolerance': [
    'low',
    'A ClientHello of at most 5,000 bytes is too long: post-quantum shares may not work.',
  ],
  'protocol-violation': [
    'high',
    'The server broke the protocol: it chose what nobody offered, or sent what does not decode.',
  ],
  'no-close-notify': ['info', 'A close_notify is not answered by one: the end may be cut off unseen.'],
  'certificate-expired': ['high', 'A certificate has expired, or is not valid yet.'],
  'certificate-expires-soon': ['low', 'A certificate expires within 14 days.'],
  'certificate-name': ['high', 'A certificate is for another name.'],
  'certificate-revoked': ['critical', 'A certificate is revoked.'],
  'certificate-untrusted': ['high', 'A certificate leads to no trusted root.'],
  'certificate-weak-signature': ['high', 'A certificate below the root is signed with MD5 or SHA-1.'],
  'certificate-short-key': ['high', 'An RSA key has fewer than 2048 bits.'],
  'certificate-without-staple': [
    'medium',
    'A certificate promises an OCSP response, and none comes with it (RFC 7633).',
  ],
  'policy-version': ['medium', 'A version is spoken that the policy does not have.'],
  'policy-missing-version': ['low', 'A version of the policy is not spoken.'],
  'policy-suite': ['medium', 'Suites are taken that the policy does not have.'],
  'policy-group': ['medium', 'Groups are taken that the policy does not have.'],
  'policy-preference': ['low', 'The order of suites is decided by another side than the policy has it.'],
  'policy-dh': ['medium', 'The prime of finite-field Diffie-Hellman is shorter than the policy has it.'],
  'policy-certificate': ['medium', 'A certificate has a key that the policy does not have, or lives longer.'],
} as const satisfies Record<string, readonly [severity: Severity, meaning: string]>;

export type FindingId = keyof typeof rows;

/** The table, for documents. */
export const findingRows: Readonly<Record<string, readonly [severity: Severity, meaning: string]>> = rows;

/** One of them, at one server. */
export interface Finding {
  readonly id: FindingId;
  readonly severity: Severity;
  readonly meaning: string;
  /** What shows it, in words. */
  readonly evidence: string;
}

export function finding(id: FindingId, evidence: string): Finding {
  const [severity, meaning] = rows[id];
  return { id, severity, meaning, evidence };
}

/** Whether one is as bad as that, or worse. */
export function isAtLeast({ severity }: Finding, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}

/** The worst first; of equals in the order of the table. */
export function sorted(findings: readonly Finding[]): readonly Finding[] {
  const ids = Object.keys(rows);
  const badness = ({ severity }: Finding) => severities.indexOf(severity);
  return [...findings].sort((a, b) => badness(b) - badness(a) || ids.indexOf(a.id) - ids.indexOf(b.id));
}
