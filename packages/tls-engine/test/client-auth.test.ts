/** Client authentication in the handshake (RFC 9846 §4.4.2, §4.5.1, §4.5.2). */
import { TlsError } from '@tlskit/tls-alerts';
import type { Credential, CredentialQuery, Effect, PeerVerifier } from '@tlskit/tls-handshake';
import {
  type Certificate,
  type CertificateRequest,
  type CertificateVerify,
  certificate,
  certificateAuthoritiesRow,
  certificateRequest,
  certificateVerify,
  decodeMessage,
  type Extension,
  encodeMessage,
  encryptedExtensions,
  finished,
  keyShareRow,
  makeExtension,
  oidFiltersRow,
  postHandshakeAuthRow,
  signatureAlgorithmsCertRow,
  signatureAlgorithmsRow,
} from '@tlskit/tls-messages';
import { TicketKeys } from '@tlskit/tls-session';
import { fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { authenticating, clientAuth, clientCredential, clientVerifier, otherCredential } from './clients.ts';
import {
  asynchronous,
  misbehaving,
  type Pair,
  pair,
  provider,
  pump,
  sends,
  serverConfig,
  strangerKey,
} from './support.ts';

/** Says no to what is resumed, and yes to what is new. */
const refusing: PeerVerifier = {
  trust: clientVerifier.trust,
  verify: evidence => {
    if (evidence.resumed) throw new TlsError('CERT_REVOKED', 'since yesterday');
    return clientVerifier.verify(evidence);
  },
};

const clientOf = ({ server }: Pair) => server.connected?.peerCertificates[0];

describe('a client', () => {
  it.each(['request', 'require'] as const)('shows its certificate to a server that says "%s"', mode => {
    const ends = pair(authenticating, clientAuth(mode));
    pump(ends);
    expect(clientOf(ends)).toEqual(clientCredential.chain[0]);
    expect(ends.server.connected?.peer?.verified).toBe(true);
    expect(ends.server.connected?.clientSignatureScheme).toBe(0x0403);
    expect(ends.client.connected?.clientSignatureScheme).toBe(0x0403);
    expect(ends.client.connected?.localCertificates).toEqual(clientCredential.chain);
    expect(clientVerifier.seen.at(-1)).toMatchObject({ role: 'client', name: undefined });
    ends.client.engine.write(new TextEncoder().encode('hello'));
    pump(ends);
    expect(ends.server.text).toBe('hello');
  });

  it('chooses later, signs later', async () => {
    const later = <T>(value: T) => new Promise<T>(resolve => setImmediate(() => resolve(value)));
    const key = asynchronous(clientCredential.key);
    const ends = pair({ credentials: () => later({ ...clientCredential, key }) }, clientAuth('require'));
    pump(ends);
    expect(ends.client.engine.parked).toBe(true);
    for (let i = 0; i < 8; i++) {
      await later(undefined);
      pump(ends);
    }
    expect(clientOf(ends)).toEqual(clientCredential.chain[0]);
  });

  it.each([
    ['has none', {}],
    ['chooses none', { credentials: () => undefined }],
    [
      'has a key for none of the schemes',
      { credentials: (): Credential => ({ ...clientCredential, signatureSchemes: [0x0804] }) },
    ],
  ] satisfies [string, Partial<ClientEngineConfig>][])(
    'that %s sends an empty Certificate [9846:4.5.1:3] [9846:4.5.1:4]',
    (_, client) => {
      const ends = pair(client, clientAuth('request'));
      pump(ends);
      expect(ends.client.connected).toBeDefined();
      expect(ends.server.connected?.peerCertificates).toEqual([]);
      expect(ends.server.connected?.peer).toBeUndefined();
    },
  );

  it('is refused without one where the server requires it, by certificate_required', () => {
    const ends = pair({}, clientAuth('require'));
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_CERTIFICATE_REQUIRED', alert: 'certificate_required' });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'certificate_required' });
  });

  it('shows nothing to a server that does not ask', () => {
    const ends = pair(authenticating, clientAuth('none'));
    pump(ends);
    expect(ends.server.connected?.peerCertificates).toEqual([]);
    expect(ends.client.connected?.localCertificates).toBeUndefined();
  });

  it('chooses by what the server says', () => {
    const asked: CredentialQuery[] = [];
    const authority = fromHex('300d310b3009060355040613024445');
    const filter = {
      certificate_extension_oid: fromHex('0603551d0f'),
      certificate_extension_values: fromHex('03020780'),
    };
    const ends = pair(
      {
        credentials: (query: CredentialQuery): Credential => {
          asked.push(query);
          return clientCredential;
        },
      },
      {
        certificateSchemes: [0x0401, 0x0403],
        ...clientAuth('request', { certificateAuthorities: [authority], oidFilters: [filter] }),
      },
    );
    pump(ends);
    expect(asked).toMatchObject([
      {
        serverName: 'localhost',
        signatureSchemes: [0x0403, 0x0503, 0x0807, 0x0804, 0x0805, 0x0806],
        certificateSchemes: [0x0401, 0x0403],
        certificateAuthorities: [authority],
        oidFilters: [filter],
        certificateTypes: [0],
      },
    ]);
    expect(asked[0]?.schemeFor(clientCredential.key)).toBe(0x0403);
    expect(asked[0]?.schemeFor({ ...clientCredential, signatureSchemes: [0x0503] })).toBeUndefined();
  });

  it('is refused whose certificate the verifier refuses', () => {
    const stranger: Credential = {
      chain: [clientCredential.chain[0]?.slice(1) as Uint8Array],
      key: clientCredential.key,
    };
    const ends = pair({ credentials: () => stranger }, clientAuth('request'));
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', alert: 'unknown_ca' });
    expect(ends.client.error?.alert).toBe('unknown_ca');
  });
});

describe('a server', () => {
  it('chooses by what the client says', () => {
    const asked: CredentialQuery[] = [];
    const authority = fromHex('300d310b3009060355040613024445');
    const ends = pair(
      { certificateSchemes: [0x0401], certificateAuthorities: [authority] },
      {
        credentials: (query: CredentialQuery): undefined => {
          asked.push(query);
          return undefined;
        },
      },
    );
    pump(ends);
    expect(asked).toMatchObject([
      { serverName: 'localhost', certificateSchemes: [0x0401], certificateAuthorities: [authority], oidFilters: [] },
    ]);
    expect(ends.client.error?.alert).toBe('handshake_failure');
  });
});

/** What a client does to one of its messages. */
function changing(
  message: { readonly type: number },
  change: (raw: Uint8Array) => Uint8Array | readonly Uint8Array[] | undefined,
) {
  return misbehaving('client', (effect: Effect) => {
    if (!sends(effect, message)) return effect;
    const changed = change(effect.raw);
    if (changed === undefined) return undefined;
    return (changed instanceof Uint8Array ? [changed] : changed).map(raw => ({ ...effect, raw }));
  });
}

const changeCertificate = (change: (body: Certificate) => Certificate) =>
  changing(certificate, raw => encodeMessage(certificate, change(decodeMessage(certificate, raw))));
const changeVerify = (change: (body: CertificateVerify) => CertificateVerify) =>
  changing(certificateVerify, raw => encodeMessage(certificateVerify, change(decodeMessage(certificateVerify, raw))));
const withEntries =
  (...extensions: Extension[]) =>
  (body: Certificate): Certificate => ({
    ...body,
    certificate_list: body.certificate_list.map(entry => ({ ...entry, extensions })),
  });

describe('a server refuses a client', () => {
  it.each([
    [
      'whose Certificate has a context [9846:4.4.2:3]',
      changeCertificate(body => ({ ...body, certificate_request_context: Uint8Array.of(1) })),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'whose entries have extensions that were not asked for [9846:4.5.1:7]',
      changeCertificate(withEntries({ extension_type: 18, extension_data: fromHex('000400020102') })),
      'ERR_TLS_UNSUPPORTED_EXTENSION',
      'unsupported_extension',
    ],
    [
      'whose entries have extensions of other messages',
      changeCertificate(
        withEntries(makeExtension(signatureAlgorithmsRow, 'CR', { supported_signature_algorithms: [1] })),
      ),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'that signs by a scheme that was not offered [9846:4.5.2:5]',
      changeVerify(body => ({ ...body, algorithm: 0x0603 })),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'that signs by a scheme that does not fit its key [9846:4.5.2:6]',
      changeVerify(body => ({ ...body, algorithm: 0x0804 })),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'that shows a certificate and does not sign [9846:4.5.2:2]',
      changing(certificateVerify, () => undefined),
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
    [
      'that signs without showing a certificate [9846:4.5.2:3]',
      changeCertificate(body => ({ ...body, certificate_list: [] })),
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
    [
      'that says nothing of certificates when it was asked [9846:4.5.1:2]',
      misbehaving('client', effect =>
        sends(effect, certificate) || sends(effect, certificateVerify) ? undefined : effect,
      ),
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
    [
      'whose CertificateVerify comes before its Certificate',
      (() => {
        let held: Effect | undefined;
        return misbehaving('client', effect => {
          if (sends(effect, certificate)) {
            held = effect;
            return undefined;
          }
          return sends(effect, certificateVerify) && held !== undefined ? [effect, held] : effect;
        });
      })(),
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
  ])('%s', (_, version, code, alert) => {
    const ends = pair({ ...authenticating, versions: [version] }, clientAuth('request'));
    pump(ends);
    expect(ends.server.error).toMatchObject({ code, alert, sentBy: 'us' });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });

  it('whose key is not that of its certificate [9846:4.5.2:8] [9846:4.5.2:9]', () => {
    const ends = pair({ credentials: () => ({ ...clientCredential, key: strangerKey }) }, clientAuth('request'));
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_CERTIFICATE_VERIFY', alert: 'decrypt_error' });
    expect(ends.client.error?.alert).toBe('decrypt_error');
  });

  it('that shows a certificate and was not asked [9846:4.5.1:2]', () => {
    const uninvited = misbehaving('client', effect => {
      if (!sends(effect, finished)) return effect;
      const body = { certificate_request_context: new Uint8Array(0), certificate_list: [] };
      return [{ ...effect, raw: encodeMessage(certificate, body) }, effect];
    });
    const ends = pair({ versions: [uninvited] }, clientAuth('none'));
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });

  it('whose chain is too long', () => {
    const chain = Array.from({ length: 17 }, () => clientCredential.chain[0] as Uint8Array);
    const ends = pair({ credentials: () => ({ ...clientCredential, chain }) }, clientAuth('request'));
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_CERT_WORK_LIMIT', alert: 'certificate_unknown' });
  });
});

const requesting = (change: (body: CertificateRequest) => CertificateRequest) =>
  misbehaving('server', effect =>
    sends(effect, certificateRequest)
      ? { ...effect, raw: encodeMessage(certificateRequest, change(decodeMessage(certificateRequest, effect.raw))) }
      : effect,
  );
const adding = (...added: Extension[]) => requesting(body => ({ ...body, extensions: [...body.extensions, ...added] }));
const filter = (oid: string) => ({
  certificate_extension_oid: fromHex(oid),
  certificate_extension_values: new Uint8Array(0),
});

describe('a client refuses a CertificateRequest', () => {
  it.each([
    [
      'with a context [9846:4.4.2:3]',
      requesting(body => ({ ...body, certificate_request_context: Uint8Array.of(7) })),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'without signature_algorithms [9846:4.4.2:4]',
      requesting(body => ({
        ...body,
        extensions: body.extensions.filter(each => each.extension_type !== signatureAlgorithmsRow.type),
      })),
      'ERR_TLS_MISSING_EXTENSION',
      'missing_extension',
    ],
    [
      'with an OID twice among its filters [9846:4.3.5:5]',
      adding(makeExtension(oidFiltersRow, 'CR', { filters: [filter('0603551d0f'), filter('0603551d0f')] })),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      "with an extension that belongs elsewhere: post_handshake_auth is not the server's to send [9846:4.3.6:2]",
      adding(makeExtension(postHandshakeAuthRow, 'CH', {})),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'with an extension of key exchange',
      adding(makeExtension(keyShareRow, 'HRR', { selected_group: 29 })),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'with an extension twice',
      adding(makeExtension(signatureAlgorithmsRow, 'CR', { supported_signature_algorithms: [0x0403] })),
      'ERR_TLS_DUPLICATE_EXTENSION',
      'illegal_parameter',
    ],
    [
      'with authorities that do not parse',
      adding({ extension_type: certificateAuthoritiesRow.type, extension_data: Uint8Array.of(0, 3, 0, 2, 1) }),
      'ERR_TLS_DECODE',
      'decode_error',
    ],
    [
      'with no schemes for certificates',
      adding({ extension_type: signatureAlgorithmsCertRow.type, extension_data: Uint8Array.of(0, 0) }),
      'ERR_TLS_DECODE',
      'decode_error',
    ],
  ])('%s', (_, version, code, alert) => {
    const ends = pair(authenticating, { versions: [version], ...clientAuth('request') });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code, alert, sentBy: 'us' });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });

  it('that stands before EncryptedExtensions [9846:4.4.2:1]', () => {
    let held: Effect | undefined;
    const early = misbehaving('server', effect => {
      if (sends(effect, encryptedExtensions)) {
        held = effect;
        return undefined;
      }
      return sends(effect, certificateRequest) && held !== undefined ? [effect, held] : effect;
    });
    const ends = pair(authenticating, { versions: [early], ...clientAuth('request') });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });

  it('that comes a second time', () => {
    const twice = misbehaving('server', effect => (sends(effect, certificateRequest) ? [effect, effect] : effect));
    const ends = pair(authenticating, { versions: [twice], ...clientAuth('request') });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });

  it('not for what it does not know [9846:4.4.2:5]', () => {
    const unknown = adding({ extension_type: 0x3a3a, extension_data: Uint8Array.of(1, 2, 3) });
    const ends = pair({ credentials: () => otherCredential }, { versions: [unknown], ...clientAuth('require') });
    pump(ends);
    expect(clientOf(ends)).toEqual(otherCredential.chain[0]);
  });
});

describe('a session of a client with a certificate', () => {
  const tickets = new TicketKeys({ provider, now: serverConfig.now });
  const session = (client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>) => {
    const ends = pair(client, { tickets, ...server });
    pump(ends);
    return ends.client.events.find(event => event.type === 'session')?.session;
  };
  const resumed = (client: Partial<ClientEngineConfig>, before: object, now: Partial<ServerEngineConfig>) => {
    const ends = pair({ ...client, session: session(client, before) }, { tickets, ...now });
    pump(ends);
    return ends;
  };

  it('gives it its identity, judged again, and asks for nothing [9846:4.4.2:6]', () => {
    const ends = resumed(authenticating, clientAuth('require'), clientAuth('require'));
    expect(ends.server.connected?.resumed).toBe(true);
    expect(clientOf(ends)).toEqual(clientCredential.chain[0]);
    expect(ends.server.connected?.peer).toMatchObject({ verified: true, trust: 'clients' });
    expect(ends.server.connected?.clientSignatureScheme).toBeUndefined();
    expect(clientVerifier.seen.at(-1)).toMatchObject({ role: 'client', resumed: true });
  });

  it.each([
    ['the same policy', clientAuth('request'), clientAuth('require'), true],
    [
      'another policy',
      clientAuth('request'),
      clientAuth('request', { verifier: { ...clientVerifier, trust: 'x' } }),
      false,
    ],
    ['no policy', clientAuth('request'), {}, false],
    ['a judge that has changed its mind', clientAuth('request'), clientAuth('request', { verifier: refusing }), false],
  ])('resumes under %s: %#', (_, before, now, expected) => {
    expect(resumed(authenticating, before, now).server.connected?.resumed).toBe(expected);
  });

  it('is another thing than one of a client without', () => {
    expect(resumed({}, clientAuth('request'), clientAuth('request')).server.connected?.resumed).toBe(true);
    const ends = resumed({}, clientAuth('request'), clientAuth('require'));
    expect(ends.server.error?.code).toBe('ERR_TLS_CERTIFICATE_REQUIRED');
  });
});
