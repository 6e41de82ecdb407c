/**
 * The names of cipher suites before TLS 1.3, taken apart and put together: `TLS_kx_auth_WITH_cipher_mode_hash` (RFC 5246 §A.5;
 * RFC 4279, 4785, 5288, 5289, 5487, 5489, 6655, 7251, 7905, 8442, 8492).
 */

/** How the premaster secret comes about. `DH` and `ECDH` with `anon` send ephemeral keys all the same (RFC 5246 §7.4.3). */
export type SuiteKeyExchange = 'NULL' | 'RSA' | 'DH' | 'DHE' | 'ECDH' | 'ECDHE' | 'PSK' | 'KRB5' | 'SRP' | 'ECCPWD';

/** Who vouches for the server: the key of a certificate, a secret that both have, or nobody. */
export type SuiteAuthentication = 'NULL' | 'RSA' | 'DSS' | 'ECDSA' | 'anon' | 'PSK' | 'KRB5' | 'SRP' | 'ECCPWD';

export type SuiteCipher =
  | 'NULL'
  | 'RC4'
  | 'RC2'
  | 'IDEA'
  | 'DES'
  | '3DES_EDE'
  | 'AES'
  | 'CAMELLIA'
  | 'SEED'
  | 'ARIA'
  | 'CHACHA20';

export type SuiteMode = 'stream' | 'CBC' | 'GCM' | 'CCM' | 'CCM_8' | 'POLY1305';

/** What the name of a cipher suite says, and what follows from it. Lengths are in bytes. */
export interface CipherSuiteAttributes {
  readonly keyExchange: SuiteKeyExchange;
  readonly authentication: SuiteAuthentication;
  /** Weakened for export from the USA of the nineties: never to be negotiated (RFC 5246 §A.5). */
  readonly exportable: boolean;
  readonly cipher: SuiteCipher;
  /** Bits of the key that count: 168 for 3DES, 40 for what may be exported. */
  readonly keyBits: number;
  readonly mode: SuiteMode;
  /** The hash of the HMAC over each record; undefined where the cipher is an AEAD. */
  readonly mac: 'NULL' | 'MD5' | 'SHA' | 'SHA256' | 'SHA384' | undefined;
  /** The hash of PRF, transcript and Finished in TLS 1.2 (RFC 5246 §5). */
  readonly prf: 'SHA256' | 'SHA384';
  /** Of a block cipher in CBC mode: of padding and the explicit IV; 0 otherwise. */
  readonly blockLength: number;
  /** Of an AEAD's tag; 0 otherwise. */
  readonly tagLength: number;
  /** `fixed_iv_length` (RFC 5246 §6.3): the part of an AEAD's nonce that is made with the keys; 0 otherwise. */
  readonly fixedIvLength: number;
  /** `record_iv_length` (RFC 5246 §6.2.3): what each record carries of its IV or nonce. */
  readonly recordIvLength: number;
}

/**
 * What a name says, or undefined for a name of another form: suites of TLS 1.3, which name no key exchange; signalling values;
 * the GOST suites of RFC 9189, whose parts none of these attributes have; and whatever is not IANA's.
 */
export function parseCipherSuiteName(name: string): CipherSuiteAttributes | undefined {
  const match = /^TLS_(\w+?)(_EXPORT)?_WITH_(\w+)$/.exec(name);
  const exchange = exchanges.get(match?.[1] as string);
  const protection = match && protectionOf(match[3] as string);
  if (exchange === undefined || !protection) return undefined;
  const [keyExchange, authentication] = exchange;
  const attributes = { keyExchange, authentication, exportable: match?.[2] !== undefined, ...protection };
  // The parts of a name may be in order and the name still not be one: only what prints back is.
  return printCipherSuiteName(attributes) === name ? attributes : undefined;
}

/** IANA's name for these attributes; those that follow from others are not looked at. No check that the suite exists. */
export function printCipherSuiteName(attributes: NamedAttributes): string {
  const { keyExchange, authentication, exportable, cipher, keyBits, mode, mac, prf } = attributes;
  const exchange = exchangeName(keyExchange, authentication, mode);
  const weak = exportable ? '_EXPORT' : '';
  return `TLS_${exchange}${weak}_WITH_${cipherName(cipher, keyBits, mode, keyExchange)}${hashName(attributes, mac, prf)}`;
}

type NamedAttributes = Pick<
  CipherSuiteAttributes,
  'keyExchange' | 'authentication' | 'exportable' | 'cipher' | 'keyBits' | 'mode' | 'mac' | 'prf'
>;

type Exchange = readonly [SuiteKeyExchange, SuiteAuthentication];

/** Of names up to `_WITH_`, but for `_EXPORT`. */
const exchanges: ReadonlyMap<string, Exchange> = /* @__PURE__ */ new Map<string, Exchange>([
  ['NULL', ['NULL', 'NULL']],
  ['RSA', ['RSA', 'RSA']],
  ['DH_RSA', ['DH', 'RSA']],
  ['DH_DSS', ['DH', 'DSS']],
  ['DH_anon', ['DH', 'anon']],
  ['DHE_RSA', ['DHE', 'RSA']],
  ['DHE_DSS', ['DHE', 'DSS']],
  ['ECDH_RSA', ['ECDH', 'RSA']],
  ['ECDH_ECDSA', ['ECDH', 'ECDSA']],
  ['ECDH_anon', ['ECDH', 'anon']],
  ['ECDHE_RSA', ['ECDHE', 'RSA']],
  ['ECDHE_ECDSA', ['ECDHE', 'ECDSA']],
  ['PSK', ['PSK', 'PSK']],
  ['DHE_PSK', ['DHE', 'PSK']],
  // RFC 6655 §3 has CCM_8 under the names of RFC 4279 turned round.
  ['PSK_DHE', ['DHE', 'PSK']],
  ['RSA_PSK', ['RSA', 'PSK']],
  ['ECDHE_PSK', ['ECDHE', 'PSK']],
  ['KRB5', ['KRB5', 'KRB5']],
  ['SRP_SHA', ['SRP', 'SRP']],
  ['SRP_SHA_RSA', ['SRP', 'RSA']],
  ['SRP_SHA_DSS', ['SRP', 'DSS']],
  ['ECCPWD', ['ECCPWD', 'ECCPWD']],
]);

function exchangeName(keyExchange: SuiteKeyExchange, authentication: SuiteAuthentication, mode: SuiteMode): string {
  if (keyExchange === 'SRP') return authentication === 'SRP' ? 'SRP_SHA' : `SRP_SHA_${authentication}`;
  if (keyExchange === authentication) return keyExchange;
  if (keyExchange === 'DHE' && authentication === 'PSK' && mode === 'CCM_8') return 'PSK_DHE';
  return `${keyExchange}_${authentication}`;
}

type Cipher = readonly [SuiteCipher, SuiteMode, keyBits: number, blockLength: number];

/** Of names after `_WITH_`, but for the hash. */
const ciphers: ReadonlyMap<string, Cipher> = /* @__PURE__ */ new Map<string, Cipher>([
  ['NULL', ['NULL', 'stream', 0, 0]],
  ['RC4_40', ['RC4', 'stream', 40, 0]],
  ['RC4_128', ['RC4', 'stream', 128, 0]],
  ['RC2_CBC_40', ['RC2', 'CBC', 40, 8]],
  ['IDEA_CBC', ['IDEA', 'CBC', 128, 8]],
  ['DES40_CBC', ['DES', 'CBC', 40, 8]],
  ['DES_CBC_40', ['DES', 'CBC', 40, 8]],
  ['DES_CBC', ['DES', 'CBC', 56, 8]],
  ['3DES_EDE_CBC', ['3DES_EDE', 'CBC', 168, 8]],
  ['SEED_CBC', ['SEED', 'CBC', 128, 16]],
  ['CHACHA20_POLY1305', ['CHACHA20', 'POLY1305', 256, 0]],
  ...(['AES', 'CAMELLIA', 'ARIA'] as const).flatMap(cipher =>
    [128, 256].flatMap(bits =>
      (['CBC', 'GCM', 'CCM', 'CCM_8'] as const).map((mode): [string, Cipher] => [
        `${cipher}_${bits}_${mode}`,
        [cipher, mode, bits, mode === 'CBC' ? 16 : 0],
      ]),
    ),
  ),
]);

function cipherName(cipher: SuiteCipher, keyBits: number, mode: SuiteMode, keyExchange: SuiteKeyExchange): string {
  switch (cipher) {
    case 'NULL':
      return 'NULL';
    case 'RC4':
      return `RC4_${keyBits}`;
    case 'RC2':
      return `RC2_CBC_${keyBits}`;
    case 'DES':
      // RFC 2712 §3 writes what RFC 2246 calls DES40_CBC in its own way.
      return keyBits === 56 ? 'DES_CBC' : keyExchange === 'KRB5' ? `DES_CBC_${keyBits}` : `DES${keyBits}_CBC`;
    case 'AES':
    case 'CAMELLIA':
    case 'ARIA':
      return `${cipher}_${keyBits}_${mode}`;
    default:
      return `${cipher}_${mode}`;
  }
}

type Protection = Omit<CipherSuiteAttributes, 'keyExchange' | 'authentication' | 'exportable'>;

function protectionOf(text: string): Protection | undefined {
  const [, name, hash] = /^(\w+?)(?:_(NULL|MD5|SHA|SHA256|SHA384))?$/.exec(text) as unknown as [
    string,
    string,
    string?,
  ];
  const found = ciphers.get(name);
  if (found === undefined) return undefined;
  const [cipher, mode, keyBits, blockLength] = found;
  // RFC 5246 §5, RFC 6655 §3: SHA-256 where the suite does not say SHA-384.
  const prf = hash === 'SHA384' ? 'SHA384' : 'SHA256';
  const nonce = aeadLengths[mode as keyof typeof aeadLengths];
  const mac = nonce === undefined ? (hash as CipherSuiteAttributes['mac']) : undefined;
  // RFC 5246 §6.2.3.2: in TLS 1.2 the IV of a block cipher is in the record, and none is made with the keys.
  const lengths = nonce ?? { tagLength: 0, fixedIvLength: 0, recordIvLength: blockLength };
  return { cipher, keyBits, mode, mac, prf, blockLength, ...lengths };
}

/** RFC 5288 §3, RFC 6655 §3 and §4, RFC 7905 §2. */
const aeadLengths = {
  GCM: { tagLength: 16, fixedIvLength: 4, recordIvLength: 8 },
  CCM: { tagLength: 16, fixedIvLength: 4, recordIvLength: 8 },
  CCM_8: { tagLength: 8, fixedIvLength: 4, recordIvLength: 8 },
  POLY1305: { tagLength: 16, fixedIvLength: 12, recordIvLength: 0 },
} as const;

/** CCM goes without the hash (RFC 6655, 7251), but for the suites that came after (RFC 8442, 8492). */
function hashName(
  { keyExchange, authentication, mode }: NamedAttributes,
  mac: CipherSuiteAttributes['mac'],
  prf: CipherSuiteAttributes['prf'],
): string {
  if (mac !== undefined) return `_${mac}`;
  const ccm = mode === 'CCM' || mode === 'CCM_8';
  const late = keyExchange === 'ECCPWD' || (keyExchange === 'ECDHE' && authentication === 'PSK');
  return ccm && !late ? '' : `_${prf}`;
}
