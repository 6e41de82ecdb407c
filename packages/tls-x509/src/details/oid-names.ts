/**
 * What object identifiers in certificates are called: by RFC 5280, by the CA/Browser Forum (Baseline Requirements §7.1.6.1), by
 * ETSI EN 319 411, and by those who use others. For people: nothing is decided by these names.
 */

/** Extensions (RFC 5280 §4.2 and later RFCs). */
export const extensionNames: Readonly<Record<string, string>> = {
  '1.2.840.113533.7.65.0': 'entrustVersion',
  '1.2.840.113549.1.9.15': 'smimeCapabilities',
  '1.3.6.1.4.1.11129.2.4.2': 'signedCertificateTimestampList',
  '1.3.6.1.4.1.11129.2.4.3': 'ctPoison',
  '1.3.6.1.4.1.311.20.2': 'microsoftTemplateName',
  '1.3.6.1.4.1.311.21.1': 'microsoftAuthorityVersion',
  '1.3.6.1.4.1.311.21.2': 'microsoftPreviousAuthorityHash',
  '1.3.6.1.4.1.311.21.7': 'microsoftTemplate',
  '1.3.6.1.4.1.311.21.10': 'microsoftApplicationPolicies',
  '1.3.6.1.4.1.44363.44': 'delegationUsage',
  '1.3.6.1.5.5.7.1.1': 'authorityInfoAccess',
  '1.3.6.1.5.5.7.1.3': 'qcStatements',
  '1.3.6.1.5.5.7.1.11': 'subjectInfoAccess',
  '1.3.6.1.5.5.7.1.24': 'tlsFeature',
  '1.3.6.1.5.5.7.48.1.5': 'ocspNoCheck',
  '2.5.29.9': 'subjectDirectoryAttributes',
  '2.5.29.14': 'subjectKeyIdentifier',
  '2.5.29.15': 'keyUsage',
  '2.5.29.16': 'privateKeyUsagePeriod',
  '2.5.29.17': 'subjectAltName',
  '2.5.29.18': 'issuerAltName',
  '2.5.29.19': 'basicConstraints',
  '2.5.29.30': 'nameConstraints',
  '2.5.29.31': 'cRLDistributionPoints',
  '2.5.29.32': 'certificatePolicies',
  '2.5.29.33': 'policyMappings',
  '2.5.29.35': 'authorityKeyIdentifier',
  '2.5.29.36': 'policyConstraints',
  '2.5.29.37': 'extKeyUsage',
  '2.5.29.46': 'freshestCRL',
  '2.5.29.54': 'inhibitAnyPolicy',
  '2.16.840.1.113730.1.1': 'netscapeCertType',
  '2.16.840.1.113730.1.13': 'netscapeComment',
  '2.23.42.7.0': 'hashedRootKey',
  '2.23.140.3.1': 'cabfOrganizationIdentifier',
};

/** Key purposes (RFC 5280 §4.2.1.12). */
export const purposeNames: Readonly<Record<string, string>> = {
  '1.3.6.1.4.1.11129.2.4.4': 'precertificateSigning',
  '1.3.6.1.4.1.311.10.3.3': 'microsoftServerGatedCrypto',
  '1.3.6.1.4.1.311.10.3.4': 'encryptingFileSystem',
  '1.3.6.1.4.1.311.10.3.12': 'microsoftDocumentSigning',
  '1.3.6.1.4.1.311.20.2.2': 'smartcardLogon',
  '1.3.6.1.5.2.3.4': 'kerberosClientAuth',
  '1.3.6.1.5.2.3.5': 'kerberosKeyDistribution',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.5': 'ipsecEndSystem',
  '1.3.6.1.5.5.7.3.6': 'ipsecTunnel',
  '1.3.6.1.5.5.7.3.7': 'ipsecUser',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '1.3.6.1.5.5.7.3.17': 'ipsecIKE',
  '1.3.6.1.5.5.7.3.21': 'secureShellClient',
  '1.3.6.1.5.5.7.3.22': 'secureShellServer',
  '1.3.6.1.5.5.7.3.31': 'brandIndicator',
  '1.3.6.1.5.5.7.3.36': 'documentSigning',
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '2.16.840.1.113730.4.1': 'netscapeServerGatedCrypto',
};

/** Certificate policies that many authorities share. */
export const policyNames: Readonly<Record<string, string>> = {
  '0.4.0.2042.1.1': 'ETSI NCP',
  '0.4.0.2042.1.2': 'ETSI NCP+',
  '0.4.0.2042.1.3': 'ETSI LCP',
  '0.4.0.2042.1.4': 'ETSI EVCP',
  '0.4.0.2042.1.6': 'ETSI DVCP',
  '0.4.0.2042.1.7': 'ETSI OVCP',
  '0.4.0.194112.1.0': 'ETSI QCP-n',
  '0.4.0.194112.1.1': 'ETSI QCP-l',
  '0.4.0.194112.1.2': 'ETSI QCP-n-qscd',
  '0.4.0.194112.1.3': 'ETSI QCP-l-qscd',
  '0.4.0.194112.1.4': 'ETSI QCP-w',
  '2.5.29.32.0': 'anyPolicy',
  '2.23.140.1.1': 'extended validation',
  '2.23.140.1.2.1': 'domain validated',
  '2.23.140.1.2.2': 'organization validated',
  '2.23.140.1.2.3': 'individual validated',
  '2.23.140.1.3': 'extended validation of code signing',
  '2.23.140.1.4.1': 'code signing',
  '2.23.140.1.4.2': 'time stamping',
  '2.23.140.1.5.1.1': 'S/MIME mailbox validated, legacy',
  '2.23.140.1.5.1.2': 'S/MIME mailbox validated, multipurpose',
  '2.23.140.1.5.1.3': 'S/MIME mailbox validated, strict',
  '2.23.140.1.5.2.1': 'S/MIME organization validated, legacy',
  '2.23.140.1.5.2.2': 'S/MIME organization validated, multipurpose',
  '2.23.140.1.5.2.3': 'S/MIME organization validated, strict',
  '2.23.140.1.5.3.1': 'S/MIME sponsor validated, legacy',
  '2.23.140.1.5.3.2': 'S/MIME sponsor validated, multipurpose',
  '2.23.140.1.5.3.3': 'S/MIME sponsor validated, strict',
  '2.23.140.1.5.4.1': 'S/MIME individual validated, legacy',
  '2.23.140.1.5.4.2': 'S/MIME individual validated, multipurpose',
  '2.23.140.1.5.4.3': 'S/MIME individual validated, strict',
};

/** Access methods (RFC 5280 §4.2.2). */
export const accessNames: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.48.1': 'ocsp',
  '1.3.6.1.5.5.7.48.2': 'caIssuers',
  '1.3.6.1.5.5.7.48.3': 'timeStamping',
  '1.3.6.1.5.5.7.48.5': 'caRepository',
};

/** Forms of otherName (RFC 4985, RFC 9598, RFC 4556; and Microsoft's for people who log in). */
export const otherNames: Readonly<Record<string, string>> = {
  '1.3.6.1.4.1.311.20.2.3': 'userPrincipalName',
  '1.3.6.1.5.2.2': 'kerberosPrincipal',
  '1.3.6.1.5.5.7.8.7': 'srv',
  '1.3.6.1.5.5.7.8.9': 'smtpUtf8Mailbox',
};

/** Statements of qualified certificates (RFC 3739 §3.2.6, ETSI EN 319 412-5). */
export const statementNames: Readonly<Record<string, string>> = {
  '0.4.0.1862.1.1': 'qualified by the law of the European Union',
  '0.4.0.1862.1.2': 'limit of value',
  '0.4.0.1862.1.3': 'retention period',
  '0.4.0.1862.1.4': 'key in a secure device',
  '0.4.0.1862.1.5': 'disclosure statement',
  '0.4.0.1862.1.6': 'type',
  '0.4.0.1862.1.7': 'legislation',
  '1.3.6.1.5.5.7.11.1': 'syntax 1',
  '1.3.6.1.5.5.7.11.2': 'syntax 2',
};

/** Signature algorithms that nobody here verifies. */
export const signatureNames: Readonly<Record<string, string>> = {
  '1.2.840.10040.4.3': 'DSA with SHA-1',
  '1.2.840.10045.4.3.1': 'ECDSA with SHA-224',
  '1.2.840.113549.1.1.2': 'RSA with MD2',
  '1.2.840.113549.1.1.3': 'RSA with MD4',
  '1.2.840.113549.1.1.4': 'RSA with MD5',
  '1.2.840.113549.1.1.14': 'RSA with SHA-224',
  '1.3.14.3.2.29': 'RSA with SHA-1',
  '2.16.840.1.101.3.4.3.1': 'DSA with SHA-224',
  '2.16.840.1.101.3.4.3.2': 'DSA with SHA-256',
  '2.16.840.1.101.3.4.3.3': 'DSA with SHA-384',
  '2.16.840.1.101.3.4.3.4': 'DSA with SHA-512',
};
