import { describe, expect, it } from 'vitest';
import { parseFlags, Unimplemented } from '../src/flags.ts';
import { enabledVersions } from '../src/settings.ts';

const initial = (...argv: string[]) => parseFlags(argv).initial;

describe('flags', () => {
  it('speak of all connections, unless a prefix says of which', () => {
    const { initial, resume, retry } = parseFlags([
      ...['-host-name', 'all', '-on-initial-expect-hrr', '-on-resume-curves', '23'],
      ...['-on-resume-curves', '29', '-on-retry-expect-alpn', 'foo'],
    ]);
    expect([initial, resume, retry].map(({ hostName }) => hostName)).toEqual(['all', 'all', 'all']);
    expect([initial, resume, retry].map(({ expectHrr }) => expectHrr)).toEqual([true, false, false]);
    expect([initial, resume, retry].map(({ groups }) => groups)).toEqual([[], [23, 29], []]);
    expect([initial, resume, retry].map(({ expectAlpn }) => expectAlpn)).toEqual(['', '', 'foo']);
  });

  it('may be for the shim alone, or for the process that BoringSSL hands over to', () => {
    const settings = initial('-on-shim-curves', '23', '-on-handshaker-curves', '24', '-on-shim-on-initial-server');
    expect(settings).toMatchObject({ groups: [23], server: true });
  });

  it('of credentials speak of the one that was introduced last', () => {
    const settings = initial(
      ...['-cert-file', 'a', '-key-file', 'b', '-signing-prefs', '1027'],
      ...['-new-x509-credential', '-cert-file', 'c', '-key-file', 'd'],
      ...['-new-x509-credential', '-signing-prefs', '2052', '-signing-prefs', '2053'],
    );
    expect(settings.credential).toMatchObject({ kind: 'x509', certFile: 'a', keyFile: 'b', schemes: [1027] });
    expect(settings.credentials).toMatchObject([
      { certFile: 'c', keyFile: 'd', schemes: [] },
      { certFile: undefined, keyFile: undefined, schemes: [2052, 2053] },
    ]);
  });

  it('tell the shim by 64 bits', () => {
    expect(initial('-shim-id', '18446744073709551615').shimId).toBe(0xffff_ffff_ffff_ffffn);
  });

  it('leave versions open', () => {
    expect(enabledVersions(initial())).toEqual([0x0301, 0x0302, 0x0303, 0x0304]);
    expect(enabledVersions(initial('-min-version', '771', '-no-tls13'))).toEqual([0x0303]);
    expect(enabledVersions(initial('-max-version', '770', '-no-tls1'))).toEqual([0x0302]);
  });

  it('may ask for no key shares, which is not the same as not asking', () => {
    expect(initial().keyShares).toBeUndefined();
    expect(initial('-no-key-shares').keyShares).toEqual([]);
    expect(initial('-key-shares', '29', '-key-shares', '23').keyShares).toEqual([29, 23]);
  });

  it('without effect are passed over, with their values', () => {
    expect(initial('-cipher', 'ALL', '-implicit-handshake', '-expect-cipher-no-aes', '4867', '-server').server).toBe(
      true,
    );
  });

  it.each([['-dtls'], ['-on-resume-pake-context'], ['-no-such-flag'], ['-on-initial'], ['stray']])(
    '%s is unimplemented, and named',
    flag => {
      expect(() => parseFlags([flag])).toThrow(Unimplemented);
      expect(() => parseFlags([flag])).toThrow(flag.replace('-on-resume', ''));
    },
  );

  it('without the value that they need, or with another, are errors and not unimplemented', () => {
    for (const argv of [['-port'], ['-port', 'x'], ['-curves', '2.5']]) {
      let thrown: unknown;
      try {
        parseFlags(argv);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(Error);
      expect(thrown).not.toBeInstanceOf(Unimplemented);
    }
  });
});
