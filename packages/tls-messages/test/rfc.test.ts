/** Registries, bounds and the table of extensions, against the texts that define them. */
import { type Annotation, annotate, encode, type Registry } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allExtensionRows,
  CertificateType,
  CipherSuite,
  ExtensionType,
  extensionMessages,
  HandshakeType,
  KeyUpdateRequest,
  NamedGroup,
  PskKeyExchangeMode,
  SignatureScheme,
} from '../src/index.ts';
import { type Case, messageCases12, messageCases13, rowCases } from './arbitraries.ts';
import { declaredEnum, declaredVectors, extensionPlaces, numberOf, rfcsAbsent, rfcText } from './rfc.ts';

// Skipped, here and below, where the texts of the RFCs were not put beside the project.
describe.skipIf(rfcsAbsent)('registries have what RFC 9846 declares', () => {
  const text = rfcText('rfc9846.md');

  it.each([
    HandshakeType,
    ExtensionType,
    NamedGroup,
    SignatureScheme,
    PskKeyExchangeMode,
    CertificateType,
    KeyUpdateRequest,
  ] as readonly Registry<string>[])('$type', registry => {
    const declared = declaredEnum(text, registry.type);
    expect(declared.size).toBeGreaterThan(1);
    const ours = Object.entries(registry.values).map(([name, value]) => [name.replace(/_RESERVED$/, ''), value]);
    expect(new Map(ours as [string, number][])).toEqual(new Map([...(ours as [string, number][]), ...declared]));
  });

  it('CipherSuite', () => {
    const suites = [...text.matchAll(/^\| (TLS_\w+) +\| \{0x(..),0x(..)\}/gm)];
    expect(suites).toHaveLength(5);
    for (const [, name, high, low] of suites) {
      expect(CipherSuite.valueOf(name as string)).toBe(Number(`0x${high}${low}`));
    }
  });
});

describe.skipIf(rfcsAbsent)('extensions stand where RFC 9846 §4.3 says', () => {
  const table = extensionPlaces(rfcText('rfc9846.md'));
  const places13 = (row: { readonly in: object }) => Object.keys(row.in).filter(message => message !== 'SH12');
  const rows = new Map(allExtensionRows.map(row => [row.name, row]));

  it.each([...table.keys()].filter(name => rows.has(name)))('%s', name => {
    expect(places13(rows.get(name)!).sort()).toEqual(table.get(name)!.sort());
  });

  it('also for those that have no row', () => {
    for (const [name, messages] of table) {
      const ours = extensionMessages(ExtensionType.valueOf(name)!);
      expect(ours?.filter(message => message !== 'SH12').sort(), name).toEqual([...messages].sort());
    }
    expect(extensionMessages(ExtensionType.values.extended_master_secret)).toEqual(['CH', 'SH12']);
    expect(extensionMessages(ExtensionType.values.srp)).toBeUndefined();
  });

  it('or, when they are not in its table, where their own RFCs do', () => {
    const others = Object.fromEntries(
      allExtensionRows.filter(row => !table.has(row.name)).map(row => [row.name, Object.keys(row.in).join()]),
    );
    expect(others).toEqual({
      tls_flags: 'NST',
      max_fragment_length: 'CH,EE,SH12',
      truncated_hmac: 'CH,SH12',
      ec_point_formats: 'CH,SH12',
      signed_certificate_timestamp: 'CH,CR,CT,SH12',
      encrypt_then_mac: 'CH,SH12',
      extended_master_secret: 'CH,SH12',
      session_ticket: 'CH,SH12',
      renegotiation_info: 'CH,SH12',
    });
  });

  it('and these of its table have no row yet', () => {
    expect([...table.keys()].filter(name => !rows.has(name))).toEqual([
      'supported_ekt_ciphers',
      'transparency_info',
      'external_id_hash',
      'external_session_id',
      'quic_transport_parameters',
      'ech_outer_extensions',
      'encrypted_client_hello',
    ]);
  });
});

describe.skipIf(rfcsAbsent)('vectors have the bounds that the RFCs declare', () => {
  // The RFCs that are not beside the project, by hand: RFC 6962 §3.3, RFC 5764 §4.1.1, RFC 7250 §3, RFC 8879 §3 and §4.
  const elsewhere = `
    struct { opaque flags<1..255>; } FlagExtensions;                       draft-ietf-tls-tlsflags
    SerializedSCT<1..2^16-1> sct_list<1..2^16-1>
    SRTPProtectionProfiles<2..2^16-1> srtp_mki<0..255>
    client_certificate_types<1..2^8-1> server_certificate_types<1..2^8-1>
    algorithms<2..2^8-2> compressed_certificate_message<1..2^24-1>`;
  const texts13 = ['rfc9846.md', 'rfc6066.txt', 'rfc7301.txt', 'rfc8422.txt', 'rfc5746.txt'].map(rfcText);
  const declared13 = [...texts13, elsewhere].map(declaredVectors);
  // RFC 9345 §4, whose signatures are not as long as those of RFC 9846.
  const declaredByDelegation = 'ASN1_subjectPublicKeyInfo<1..2^24-1> signature<1..2^16-1>';
  const delegation = [declaredVectors(declaredByDelegation), ...declared13];
  const declared12 = ['rfc5077.txt', 'rfc5246.txt', 'rfc6066.txt', 'rfc9846.md'].map(file =>
    declaredVectors(rfcText(file)),
  );

  /** The RFCs' names of the types of elements, by the vector they are in; and of what a `select` has. */
  const elements: Record<string, string> = {
    protocol_name_list: 'ProtocolName',
    authorities: 'DistinguishedName',
    certificate_authorities: 'DistinguishedName',
    certificate_list: 'ASN.1Cert',
    binders: 'PskBinderEntry',
    responder_id_list: 'ResponderID',
    sct_list: 'SerializedSCT',
    request_extensions: 'Extensions',
    response: 'OCSPResponse',
    name: 'HostName',
  };

  /** Every vector that turns up in a few values of the case, as `declared name -> bounds`. */
  function vectorsOf({ codec, values }: Case): Map<string, [number, number]> {
    const found = new Map<string, [number, number]>();
    const visit = (nodes: readonly Annotation[], parent: string) => {
      for (const { label, type, children } of nodes) {
        const name = /^\d+$/.test(label) ? parent : label;
        const bounds = /<(\d+)\.\.([\d^-]+)>$/.exec(type);
        // Names of a type yet to come have bounds of our own.
        const unknownName = label === 'name' && bounds?.[1] === '0';
        if (bounds !== null && !unknownName) {
          const key = name === label ? (elements[label] && !isList(type) ? elements[label] : label) : elements[parent];
          found.set(key ?? name, [Number(bounds[1]), numberOf(bounds[2] as string)]);
        }
        visit(children, name);
      }
    };
    const isList = (type: string) => !/^opaque<[^>]*>$/.test(type);
    for (const value of fc.sample(values, { seed: 1, numRuns: 50 })) {
      visit(annotate(codec, encode(codec, value)).annotations, '');
    }
    return found;
  }

  const cases: [string, Case, Map<string, [number, number][]>[]][] = [
    ...[...messageCases13, ...rowCases].map((c): [string, Case, typeof declared13] => [
      c.name,
      c,
      c.name.startsWith('delegated_credential') ? delegation : declared13,
    ]),
    ...messageCases12.map((c): [string, Case, typeof declared13] => [`${c.name} of TLS 1.2`, c, declared12]),
  ];

  it.each(cases)('%s', (_name, c, declared) => {
    for (const [name, bounds] of vectorsOf(c)) {
      const bearers = declared.find(names => names.has(name))?.get(name);
      expect(bearers, `${name} is declared nowhere`).toBeDefined();
      expect(bearers, name).toContainEqual(bounds);
    }
  });

  it('which were found in the values', () => {
    const all = cases.flatMap(([, c]) => [...vectorsOf(c).keys()]);
    const names = ['cookie', 'key_exchange', 'PskBinderEntry', 'HostName', 'ASN.1Cert', 'cert_data', 'ke_modes'];
    expect(all).toEqual(expect.arrayContaining(names));
  });
});
