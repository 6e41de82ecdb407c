/** The titles of sections with requirements, by RFC. */

export const rfc5246: Readonly<Record<string, string>> = {
  '1.1': 'Requirements Terminology',
  '1.2': 'Major Differences from TLS 1.1',
  '4.7': 'Cryptographic Attributes',
  '5': 'HMAC and the Pseudorandom Function',
  '6': 'The TLS Record Protocol',
  '6.1': 'Connection States',
  '6.2.1': 'Fragmentation',
  '6.2.2': 'Record Compression and Decompression',
  '6.2.3': 'Record Payload Protection',
  '6.2.3.2': 'CBC Block Cipher',
  '6.2.3.3': 'AEAD Ciphers',
  '7.1': 'Change Cipher Spec Protocol',
  '7.2': 'Alert Protocol',
  '7.2.1': 'Closure Alerts',
  '7.2.2': 'Error Alerts',
  '7.3': 'Handshake Protocol Overview',
  '7.4': 'Handshake Protocol',
  '7.4.1.1': 'Hello Request',
  '7.4.1.2': 'Client Hello',
  '7.4.1.3': 'Server Hello',
  '7.4.1.4': 'Hello Extensions',
  '7.4.1.4.1': 'Signature Algorithms',
  '7.4.2': 'Server Certificate',
  '7.4.3': 'Server Key Exchange Message',
  '7.4.4': 'Certificate Request',
  '7.4.6': 'Client Certificate',
  '7.4.7': 'Client Key Exchange Message',
  '7.4.7.1': 'RSA-Encrypted Premaster Secret Message',
  '7.4.7.2': 'Client Diffie-Hellman Public Value',
  '7.4.8': 'Certificate Verify',
  '7.4.9': 'Finished',
  '9': 'Mandatory Cipher Suites',
  'A.5': 'The Cipher Suite',
  'E.1': 'Compatibility with TLS 1.0/1.1 and SSL 3.0',
  'E.2': 'Compatibility with SSL 2.0',
  'E.3': 'Avoiding Man-in-the-Middle Version Rollback',
};

export const rfc8422: Readonly<Record<string, string>> = {
  '2.1': 'ECDHE_ECDSA',
  '2.2': 'ECDHE_RSA',
  '2.3': 'ECDH_anon',
  '3': 'Client Authentication',
  '3.1': 'ECDSA_sign',
  '4': 'TLS Extensions for ECC',
  '5.1': 'Client Hello Extensions',
  '5.1.2': 'Supported Point Formats Extension',
  '5.2': 'Server Hello Extension',
  '5.3': 'Server Certificate',
  '5.4': 'Server Key Exchange',
  '5.6': 'Client Certificate',
  '5.9': 'Elliptic Curve Certificates',
  '5.10': 'ECDH, ECDSA, and RSA Computations',
  '5.11': 'Public Key Validation',
};

export const rfc6066: Readonly<Record<string, string>> = {
  '1.1': 'Specific Extensions Covered',
  '3': 'Server Name Indication',
  '4': 'Maximum Fragment Length Negotiation',
  '5': 'Client Certificate URLs',
  '6': 'Trusted CA Indication',
  '7': 'Truncated HMAC',
  '8': 'Certificate Status Request',
  '9': 'Error Alerts',
  '10.1': 'pkipath MIME Type Registration',
  '11.1': 'Security Considerations for server_name',
};

export const rfc5746: Readonly<Record<string, string>> = {
  '3.4': 'Client Behavior: Initial Handshake',
  '3.5': 'Client Behavior: Secure Renegotiation',
  '3.6': 'Server Behavior: Initial Handshake',
  '3.7': 'Server Behavior: Secure Renegotiation',
  '4.1': 'Client Considerations',
  '4.2': 'Client Behavior: Legacy (Insecure) Renegotiation',
  '4.3': 'Server Considerations',
  '4.4': 'Server Behavior: Legacy (Insecure) Renegotiation',
  '4.5': 'SSLv3',
};

export const rfc7627: Readonly<Record<string, string>> = {
  '2': 'Requirements Notation',
  '5.1': 'Extension Definition',
  '5.2': 'Client and Server Behavior: Full Handshake',
  '5.3': 'Client and Server Behavior: Abbreviated Handshake',
  '5.4': 'Interoperability Considerations',
  '6.4': 'No SSL 3.0 Support',
};

export const rfc5077: Readonly<Record<string, string>> = {
  '2': 'Terminology',
  '3.2': 'SessionTicket TLS Extension',
  '3.3': 'NewSessionTicket Handshake Message',
  '3.4': 'Interaction with TLS Session ID',
  '4': 'Recommended Ticket Construction',
  '5.2': 'Stolen Tickets',
  '5.7': 'Alternate Ticket Formats and Distribution Schemes',
};

export const rfc7301: Readonly<Record<string, string>> = {
  '2': 'Requirements Language',
  '3.1': 'The Application-Layer Protocol Negotiation Extension',
  '3.2': 'Protocol Selection',
};

export const rfc9846: Readonly<Record<string, string>> = {
  '1.4': 'Updates Affecting TLS 1.2',
};
