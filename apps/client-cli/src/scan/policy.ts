/** Where a server departs from one of Mozilla's profiles. */
import { type MozillaProfile, type MozillaProfileName, mozillaProfiles } from '@tlskit/cli-kit';
import { type Finding, finding } from './findings.ts';
import type { CertificateResult, ScanResult } from './result.ts';
import { listed } from './weaknesses.ts';

const DAY = 86_400_000;

export function departures(result: ScanResult, name: MozillaProfileName): readonly Finding[] {
  const profile = mozillaProfiles[name];
  const { versions, suites, groups, dh } = result;
  const allowed = new Set(profile.versions.map(version => `TLS ${version}`));
  const outside = versions.filter(each => each.offered && !allowed.has(each.name)).map(each => each.name);
  const missing = versions.filter(each => each.offered === false && allowed.has(each.name)).map(each => each.name);
  const suitesOutside = unlisted(
    suites.flatMap(each => each.suites),
    profile.suites,
  );
  const groupsOutside = unlisted(
    groups.flatMap(each => each.groups),
    profile.groups,
  );
  const other = suites.filter(({ preference }) => preference !== null && preference !== profile.preference);
  const isShort = dh !== null && dh.bits < (profile.dhBits ?? 0);
  return [
    ...(outside.length > 0 ? [finding('policy-version', listed(outside))] : []),
    ...(missing.length > 0 ? [finding('policy-missing-version', listed(missing))] : []),
    ...(suitesOutside.length > 0 ? [finding('policy-suite', listed(suitesOutside))] : []),
    ...(groupsOutside.length > 0 ? [finding('policy-group', listed(groupsOutside))] : []),
    ...(other.length > 0 ? [finding('policy-preference', listed(other.map(({ version }) => version.name)))] : []),
    ...(isShort ? [finding('policy-dh', `${dh.bits} bits, ${profile.dhBits} are asked for`)] : []),
    ...result.certificates.flatMap(certificate => {
      const problems = certificateProblems(certificate, profile);
      const own = certificate.subject || '(no subject)';
      return problems.length === 0 ? [] : [finding('policy-certificate', `${own}: ${problems.join('; ')}`)];
    }),
  ];
}

function unlisted(found: readonly { readonly name: string }[], allowed: readonly string[]): readonly string[] {
  return [...new Set(found.map(({ name }) => name))].filter(name => !allowed.includes(name));
}

function certificateProblems(certificate: CertificateResult, profile: MozillaProfile): readonly string[] {
  const { key, keyBits, notBefore, notAfter } = certificate;
  const { keys, rsaBits, certificateDays } = profile;
  const days = Math.round((Date.parse(notAfter) - Date.parse(notBefore)) / DAY);
  return [
    ...(keys.some(kind => key.startsWith(kind)) ? [] : [`its key is ${key}`]),
    ...(key.startsWith('RSA') && (keyBits ?? rsaBits) < rsaBits ? [`its key has ${keyBits} bits`] : []),
    ...(days > certificateDays ? [`it lives ${days} days, ${certificateDays} are allowed`] : []),
  ];
}
