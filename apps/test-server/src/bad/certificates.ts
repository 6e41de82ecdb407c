/** Certificates that are wrong in one way each, minted at the start and relative to now, so that they never rot. */
import { type AlternativeName, createCA, type Issued, type IssueOptions, type TestCA } from '@tlskit/tls-testing';
import type { AlertName } from 'tlskit';

/** What a certificate is made from. */
export interface World {
  /** Whom clients trust. */
  readonly root: TestCA;
  /** The name that clients ask for. */
  readonly name: string;
}

/** What is sent, and with what it is signed for. */
export interface Minted {
  /** DER, as it is sent. */
  readonly chain: readonly Uint8Array[];
  /** DER PKCS#8. */
  readonly key: Uint8Array;
  /** DER of an OCSP response. */
  readonly staple?: Uint8Array;
}

export interface BadCertificate {
  /** What is wrong, as a sentence. */
  readonly about: string;
  /** The alerts by which a right client refuses it, the best one first; empty for one that it takes. */
  readonly alerts: readonly AlertName[];
  mint(world: World): Promise<Minted>;
}

const DAY = 86_400_000;

const ago = (days: number) => new Date(Date.now() - days * DAY);

/** A leaf of the root's, with something changed. */
function leaf(options: IssueOptions | (() => IssueOptions)): BadCertificate['mint'] {
  return async ({ root, name }) => {
    const given = typeof options === 'function' ? options() : options;
    return sent(await root.issue({ names: namesOf(name), ...given }));
  };
}

/** The loopback addresses too, for clients that ask for no name. */
function namesOf(name: string): readonly AlternativeName[] {
  return [...new Set([name, 'localhost', '127.0.0.1', '::1'])];
}

function sent({ chain, key }: Pick<Issued, 'chain' | 'key'>): Minted {
  return { chain, key };
}

/** Nothing is wrong. */
export const inOrder: BadCertificate['mint'] = leaf({});

export const badCertificates = {
  expired: {
    about: 'It expired yesterday.',
    alerts: ['certificate_expired'],
    mint: leaf(() => ({ notBefore: ago(30), notAfter: ago(1) })),
  },
  'not-yet-valid': {
    about: 'It is valid from tomorrow.',
    alerts: ['certificate_expired', 'bad_certificate'],
    mint: leaf(() => ({ notBefore: ago(-1), notAfter: ago(-30) })),
  },
  'wrong-host': {
    about: 'It is for another host.',
    alerts: ['bad_certificate', 'certificate_unknown'],
    mint: leaf({ names: ['wrong.host.invalid'] }),
  },
  'self-signed': {
    about: 'It is signed by its own key, which nobody trusts.',
    alerts: ['unknown_ca', 'bad_certificate'],
    async mint({ name }) {
      const own = await createCA({
        names: namesOf(name),
        subject: name,
        ca: null,
        keyUsage: ['digitalSignature'],
        extendedKeyUsage: ['serverAuth'],
      });
      return { chain: [own.certificate], key: own.key };
    },
  },
  'untrusted-root': {
    about: 'Its root is one that nobody trusts, and comes along.',
    alerts: ['unknown_ca', 'bad_certificate'],
    async mint({ name }) {
      const stranger = await createCA();
      const { chain, key } = await stranger.issue({ names: namesOf(name) });
      return { chain: [...chain, stranger.certificate], key };
    },
  },
  'incomplete-chain': {
    about: 'The intermediate that signed it is not sent.',
    alerts: ['unknown_ca', 'bad_certificate'],
    async mint({ root, name }) {
      const { certificate, key } = await (await root.intermediate()).issue({ names: namesOf(name) });
      return { chain: [certificate], key };
    },
  },
  'reversed-chain': {
    about:
      'Its intermediates are sent in reverse order, the one that signed it last. A client should put them right (RFC 9846 §4.5.1).',
    alerts: [],
    async mint({ root, name }) {
      const upper = await root.intermediate();
      const { chain, key } = await (await upper.intermediate()).issue({ names: namesOf(name) });
      const [own, ...rest] = chain as [Uint8Array, ...Uint8Array[]];
      return { chain: [own, ...rest.reverse()], key };
    },
  },
  revoked: {
    about: 'It is revoked, and the OCSP response that is stapled says so.',
    alerts: ['certificate_revoked'],
    async mint({ root, name }) {
      const { certificate, chain, key } = await root.issue({ names: namesOf(name) });
      const staple = await root.ocsp({ responses: [{ certificate, status: { revokedAt: ago(1) } }] });
      return { chain, key, staple };
    },
  },
  'no-san': {
    about: 'Its name stands in the common name alone, where nobody looks any more (RFC 9525 §6.3).',
    alerts: ['bad_certificate', 'certificate_unknown'],
    mint: async ({ root, name }) => sent(await root.issue({ names: null, subject: name })),
  },
  sha1: {
    about: 'It is signed with SHA-1.',
    alerts: ['bad_certificate', 'unsupported_certificate', 'insufficient_security', 'unknown_ca'],
    async mint({ root, name }) {
      const between = await root.intermediate({ key: 'rsa-2048' });
      return sent(await between.issue({ names: namesOf(name), signature: { type: 'rsa-pkcs1', hash: 'sha1' } }));
    },
  },
  rsa1024: {
    about: 'Its key is of RSA with 1024 bits.',
    alerts: ['bad_certificate', 'unsupported_certificate', 'insufficient_security', 'handshake_failure'],
    mint: leaf({ key: 'rsa-1024' }),
  },
  '1000-sans': {
    about: 'It has a thousand names, and the right one is the last. A client takes it.',
    alerts: [],
    mint: async ({ root, name }) => {
      const others = Array.from({ length: 996 }, (_, index) => `name-${index}.example`);
      return sent(await root.issue({ subject: name, names: [...others, ...namesOf(name)] }));
    },
  },
  'wrong-eku': {
    about: 'Its key is for signing code.',
    alerts: ['unsupported_certificate', 'bad_certificate'],
    mint: leaf({ extendedKeyUsage: ['codeSigning'] }),
  },
  'client-eku': {
    about: 'Its key is for clients alone.',
    alerts: ['unsupported_certificate', 'bad_certificate'],
    mint: leaf({ extendedKeyUsage: ['clientAuth'] }),
  },
  'path-length': {
    about: 'There is an authority more between the root and it than another one allows.',
    alerts: ['bad_certificate', 'unknown_ca'],
    async mint({ root, name }) {
      const limited = await root.intermediate({ pathLength: 0 });
      return sent(await (await limited.intermediate()).issue({ names: namesOf(name) }));
    },
  },
  'name-constraint': {
    about: 'Its authority may sign for other names alone.',
    alerts: ['bad_certificate', 'unknown_ca'],
    async mint({ root, name }) {
      const constrained = await root.intermediate({ nameConstraints: { permitted: ['permitted.invalid'] } });
      return sent(await constrained.issue({ names: namesOf(name) }));
    },
  },
} as const satisfies Readonly<Record<string, BadCertificate>>;

export type BadCertificateName = keyof typeof badCertificates;

export const badCertificateNames = Object.keys(badCertificates) as BadCertificateName[];
