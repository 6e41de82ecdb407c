/** use_srtp (RFC 5764 §4.1): the profile, and the master key identifier. */
import {
  decodeMessage,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
  makeExtension,
  useSrtpRow,
} from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import { misbehaving, pair, pump, sends } from './support.ts';

const none = new Uint8Array(0);
const mki = Uint8Array.of(1, 2);
const [A, B, C] = [0x0007, 0x0008, 0x0001];

describe('use_srtp', () => {
  it.each([
    [
      'the server’s order decides',
      { profiles: [A, B], mki: none },
      { profiles: [B, A], mki: false },
      { profile: B, mki: none },
    ],
    [
      'the server need not want the MKI',
      { profiles: [A], mki },
      { profiles: [A], mki: false },
      { profile: A, mki: none },
    ],
    ['the server may want the MKI', { profiles: [A], mki }, { profiles: [A], mki: true }, { profile: A, mki }],
    ['nothing in common is no error', { profiles: [A], mki: none }, { profiles: [C], mki: false }, undefined],
    ['a server that does not know it goes on', { profiles: [A], mki: none }, undefined, undefined],
    ['a client that does not want it gets none', undefined, { profiles: [A], mki: false }, undefined],
  ])('%s', (_what, client, server, agreed) => {
    const ends = pair({ srtp: client }, { srtp: server });
    pump(ends);
    expect(ends.client.connected).toBeDefined();
    expect([ends.client.connected?.srtp, ends.server.connected?.srtp]).toEqual([agreed, agreed]);
    const key = (end: typeof ends.client) => end.connected?.exportKeyingMaterial('EXTRACTOR-dtls_srtp', none, 60);
    expect(key(ends.client)).toEqual(key(ends.server));
  });

  it.each([
    ['a profile that was not offered', [C], none, 'RFC 5764 §4.1.1'],
    ['two profiles', [A, B], none, 'RFC 5764 §4.1.1'],
    ['another MKI', [A], Uint8Array.of(1, 3), 'RFC 5764 §4.1.3'],
    ['a longer MKI', [A], Uint8Array.of(1, 2, 3), 'RFC 5764 §4.1.3'],
  ])('a server that answers %s is refused', (_what, SRTPProtectionProfiles, srtp_mki, rfc) => {
    const answer = makeExtension(useSrtpRow, 'EE', { SRTPProtectionProfiles, srtp_mki });
    const server = misbehaving('server', effect => {
      if (!sends(effect, encryptedExtensions)) return effect;
      const { extensions } = decodeMessage(encryptedExtensions, effect.raw);
      const others = extensions.filter(e => e.extension_type !== ExtensionType.values.use_srtp);
      return { ...effect, raw: encodeMessage(encryptedExtensions, { extensions: [...others, answer] }) };
    });
    const ends = pair({ srtp: { profiles: [A, B], mki } }, { versions: [server] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter', rfc });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'illegal_parameter' });
  });

  it('that was not asked for is refused', () => {
    const answer = makeExtension(useSrtpRow, 'EE', { SRTPProtectionProfiles: [A], srtp_mki: none });
    const server = misbehaving('server', effect =>
      sends(effect, encryptedExtensions)
        ? { ...effect, raw: encodeMessage(encryptedExtensions, { extensions: [answer] }) }
        : effect,
    );
    const ends = pair({}, { versions: [server] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
  });
});
