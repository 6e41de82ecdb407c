/** Certificates in words: what `openssl x509 -text` says of the public roots, we say. */
import { existsSync, readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { toPem } from '@tlskit/tls-testing';
import { loadCertificates, parseCertificate } from '@tlskit/tls-x509';
import { certificateDetails } from '@tlskit/tls-x509/details';
import { expect, it } from 'vitest';
import { file } from '../src/files.ts';
import { outputOf } from '../src/programs.ts';
import { forPeer, node } from './support.ts';

forPeer('openssl', 'certificates in words', () => {
  const bundle = '/etc/ssl/certs/ca-certificates.crt';
  const system = existsSync(bundle) ? loadCertificates(readFileSync(bundle)) : [];
  const all = [...system, ...rootCertificates.flatMap(pem => loadCertificates(pem))];
  const roots = [...new Map(all.map(der => [Buffer.from(der).toString('hex'), der])).values()];

  it('of every public root: this machine’s and Node’s', () => {
    expect(roots.length).toBeGreaterThan(100);
    for (const der of roots) {
      const details = certificateDetails(parseCertificate(der), node.hashes.sha256);
      const text = outputOf('openssl', [
        ...['x509', '-in', file(toPem('CERTIFICATE', der)), '-noout', '-text', '-serial', '-fingerprint', '-sha256'],
      ]);
      expect(saidOf(details)).toEqual(saidBy(text));
    }
  });
});

type Details = ReturnType<typeof certificateDetails>;

/** What both say in the same words. */
interface Said {
  readonly serial: string;
  readonly fingerprint: string | undefined;
  readonly notAfter: string;
  readonly bits: string;
  readonly critical: readonly string[];
  readonly others: readonly string[];
  readonly usage: readonly string[];
  readonly identifier: string | undefined;
  readonly constraints: string | undefined;
  /** URIs of CRLs. */
  readonly lists: readonly string[];
  readonly policies: readonly string[];
}

function saidOf(details: Details): Said {
  const { extensions, keyDetails } = details;
  const titles = (critical: boolean): string[] =>
    extensions
      .filter(each => each.critical === critical)
      .map(({ name = '', oid }) => titlesOf[name] ?? oid)
      .sort();
  const words = (name: string): readonly string[] | undefined => extensions.find(each => each.name === name)?.words;
  const [basic] = words('basicConstraints') ?? [];
  return {
    serial: details.serialNumber.replace(/^0+(?=.)/, ''),
    fingerprint: details.fingerprint256,
    notAfter: details.notAfter,
    bits: String(keyDetails.bits ?? keyDetails.curve?.slice(2)),
    critical: titles(true),
    others: titles(false),
    usage: (words('keyUsage')?.[0] ?? '').split(', ').filter(each => each !== ''),
    identifier: words('subjectKeyIdentifier')?.[0],
    constraints: basic
      ?.replace('no authority', 'CA:FALSE')
      .replace('authority', 'CA:TRUE')
      .replace(' path length ', ' pathlen:'),
    lists: (words('cRLDistributionPoints') ?? []).map(line => line.replace('uri:', '')),
    policies: (words('certificatePolicies') ?? [])
      .filter(line => !line.startsWith(' '))
      .map(line => /[\d.]{3,}/.exec(line)?.[0] ?? ''),
  };
}

/** The same from `openssl x509 -text -serial -fingerprint`. */
function saidBy(text: string): Said {
  const extensions = [...text.matchAll(/^ {12}(\S.*?): (critical)?$((?:\n {16,}.*|\n(?! ).*$)*)/gm)].map(
    ([, name = '', critical, contents = '']) => ({ name, critical: critical !== undefined, contents }),
  );
  const found = (name: string): string | undefined =>
    extensions.find(each => each.name === `X509v3 ${name}`)?.contents.trim();
  const titles = (critical: boolean): string[] =>
    extensions
      .filter(each => each.critical === critical)
      .map(({ name }) => name)
      .sort();
  const uris = (name: string): string[] => [...(found(name) ?? '').matchAll(/URI:(\S+)/g)].map(([, uri = '']) => uri);
  return {
    serial: /^serial=0*(.+)$/m.exec(text)?.[1] ?? '',
    fingerprint: /^sha256 Fingerprint=(.*)$/im.exec(text)?.[1],
    notAfter: new Date(/Not After : (.*)$/m.exec(text)?.[1] ?? '').toISOString(),
    bits: /Public-Key: \((\d+) bit\)/.exec(text)?.[1] ?? '',
    critical: titles(true),
    others: titles(false),
    usage: (found('Key Usage') ?? '').split(', ').flatMap(name => (name === '' ? [] : [usages[name] ?? name])),
    identifier: found('Subject Key Identifier'),
    constraints: found('Basic Constraints'),
    lists: uris('CRL Distribution Points'),
    policies: [...(found('Certificate Policies') ?? '').matchAll(/Policy: (.*)$/gm)].map(([, policy = '']) =>
      policy === 'X509v3 Any Policy' ? '2.5.29.32.0' : policy,
    ),
  };
}

/** What openssl calls the bits of key usage. */
const usages: Readonly<Record<string, string>> = {
  'Digital Signature': 'digitalSignature',
  'Non Repudiation': 'nonRepudiation',
  'Certificate Sign': 'keyCertSign',
  'CRL Sign': 'cRLSign',
};

/** What openssl calls extensions; others by their OID. */
const titlesOf: Readonly<Record<string, string>> = {
  authorityInfoAccess: 'Authority Information Access',
  authorityKeyIdentifier: 'X509v3 Authority Key Identifier',
  basicConstraints: 'X509v3 Basic Constraints',
  cRLDistributionPoints: 'X509v3 CRL Distribution Points',
  certificatePolicies: 'X509v3 Certificate Policies',
  extKeyUsage: 'X509v3 Extended Key Usage',
  hashedRootKey: 'setCext-hashedRoot',
  keyUsage: 'X509v3 Key Usage',
  netscapeCertType: 'Netscape Cert Type',
  privateKeyUsagePeriod: 'X509v3 Private Key Usage Period',
  subjectAltName: 'X509v3 Subject Alternative Name',
  subjectKeyIdentifier: 'X509v3 Subject Key Identifier',
};
