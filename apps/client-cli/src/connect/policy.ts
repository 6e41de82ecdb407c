/** `--fail-on`: what may be found of a connection that is good by the rules of TLS, and that somebody does not want all the same. */
import { list, suggestion, UsageError } from '@tlskit/cli-kit';
import { groupInfo } from '@tlskit/tls-messages';
import { type Certificate, parseCertificate } from '@tlskit/tls-x509';
import { certificateDetails } from '@tlskit/tls-x509/details';
import { sctListOid } from '@tlskit/tls-x509/transparency';
import type { ConnectionInfo } from 'tlskit';
import type { HandshakeSummary } from './findings.ts';

/** What there is to judge. */
export interface PolicyGround {
  readonly info: ConnectionInfo;
  /** All of them, the one of `info` last. */
  readonly handshakes: readonly HandshakeSummary[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface Rule {
  readonly about: string;
  /** Options without which it finds nothing. */
  readonly needs?: readonly string[];
  /** Whether it is so. @param days of a rule that has some */
  finds(ground: PolicyGround, days: number): boolean;
}

const DAY = 86_400_000;

/** By what they are called; `<Nd` stands for a number of days. */
export const rules: Readonly<Record<string, Rule>> = {
  'tls1.2': {
    about: 'the protocol is TLS 1.2',
    finds: ({ info }) => info.protocol === 'TLSv1.2',
  },
  'no-pq': {
    about: 'the key exchange is not post-quantum',
    finds: ({ info }) => info.group === undefined || groupInfo(info.group.code)?.postQuantum !== true,
  },
  'no-fs': {
    about: 'there is no forward secrecy',
    finds: ({ info }) => info.group === undefined && !/_(EC)?DHE_/.test(info.cipherSuite.name),
  },
  'no-aead': {
    about: 'the cipher suite has no AEAD',
    finds: ({ info }) => !/_(GCM|CCM|CHACHA20)(_|$)/.test(info.cipherSuite.name),
  },
  sha1: {
    about: 'SHA-1, or what is older, signs the handshake or a certificate that is no root',
    finds: ({ info }) => /sha1|md5/i.test(info.signatureScheme?.name ?? '') || belowRoots(info).some(hasWeakSignature),
  },
  'weak-key': {
    about: 'a key of the certificates has less than 2048 bits (RSA) or 256 bits (curves)',
    finds: ({ info }) => certificatesOf(info).some(hasWeakKey),
  },
  'expires<Nd': {
    about: 'a certificate that the server sent ends within N days',
    finds: ({ info, now }, days) => belowRoots(info).some(({ notAfter }) => notAfter < now + days * DAY),
  },
  'no-ocsp': {
    about: 'no OCSP response is stapled',
    finds: ({ info }) => info.ocspResponse === undefined,
  },
  'no-sct': {
    about: 'no timestamps of certificate logs are in the certificate or beside it',
    finds: ({ info }) => info.scts.length === 0 && !certificatesOf(info)[0]?.extensions.has(sctListOid),
  },
  'no-alpn': {
    about: 'no application protocol was agreed on',
    needs: ['alpn'],
    finds: ({ info }) => info.alpn === undefined,
  },
  'hello-retry': {
    about: 'a HelloRetryRequest cost a round trip',
    finds: ({ handshakes }) => handshakes.some(({ helloRetry }) => helloRetry),
  },
  'not-resumed': {
    about: 'a handshake was full that was to be resumed',
    needs: ['resume', 'sess-in'],
    finds: ({ handshakes }) => handshakes.some(({ resumed, wanted }) => wanted && !resumed),
  },
  'early-rejected': {
    about: 'early data was not accepted, or could not be sent',
    needs: ['early-data'],
    finds: ({ handshakes }) => handshakes.some(({ early }) => early !== undefined && early.outcome?.accepted !== true),
  },
};

/** For `--help`. */
export const policyHelp = `End with code 10, before any data, where one of these is found: ${Object.keys(rules).join(', ')}.`;

/** The findings that are not wanted, in the user's order. */
export type Policy = readonly { readonly name: string; finds(ground: PolicyGround): boolean; readonly about: string }[];

/** @throws UsageError for what is none, and for what cannot be found with these options */
export function policyOf(values: { readonly 'fail-on'?: string } & Readonly<Record<string, unknown>>): Policy {
  const given = values['fail-on'];
  if (given === undefined) return [];
  return list('--fail-on', given, /,/).map(name => {
    const days = /^expires<(\d{1,5})d$/.exec(name)?.[1];
    const rule = days === undefined ? (Object.hasOwn(rules, name) ? rules[name] : undefined) : rules['expires<Nd'];
    if (rule === undefined || name === 'expires<Nd') {
      throw new UsageError(
        `--fail-on: there is no finding ${JSON.stringify(name)}${suggestion(name, [...Object.keys(rules), 'expires<30d'])}`,
      );
    }
    const { needs = [], about } = rule;
    if (needs.length > 0 && needs.every(need => values[need] === undefined)) {
      throw new UsageError(`--fail-on ${name} goes with ${needs.map(need => `--${need}`).join(' or ')}`);
    }
    return {
      name,
      about: about.replace('N days', `${days} days`),
      finds: ground => rule.finds(ground, Number(days)),
    };
  });
}

/** Nothing that does not parse was accepted, but for the certificates behind the first. */
function certificatesOf({ peerCertificates, certificateType }: ConnectionInfo): readonly Certificate[] {
  if (certificateType !== undefined && certificateType.code !== 0) return [];
  return peerCertificates.flatMap(der => {
    try {
      return [parseCertificate(der)];
    } catch {
      return [];
    }
  });
}

/** Who signs roots counts for nothing, and their end is their own affair; a first certificate always counts. */
function belowRoots(info: ConnectionInfo): readonly Certificate[] {
  return certificatesOf(info).filter(({ isSelfIssued }, i) => i === 0 || !isSelfIssued);
}

function hasWeakSignature(certificate: Certificate): boolean {
  return certificateDetails(certificate).signature.weak;
}

function hasWeakKey(certificate: Certificate): boolean {
  const { bits, curve } = certificateDetails(certificate).keyDetails;
  return (bits !== undefined && bits < 2048) || Number(/^P-(\d+)$/.exec(curve ?? '')?.[1] ?? 256) < 256;
}
