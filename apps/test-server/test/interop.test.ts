/** `tlskit-server`, option by option, against other people's clients. */
import { randomBytes } from 'node:crypto';
import { createCA } from '@tlskit/tls-testing';
import { beforeAll, expect, it } from 'vitest';
import { goodIdentity, type Identity, identity as identityOf } from '../../../tooling/interop/src/certificates.ts';
import { chromium } from '../../../tooling/interop/src/chromium.ts';
import { curl } from '../../../tooling/interop/src/curl.ts';
import { file } from '../../../tooling/interop/src/files.ts';
import { description, gnutlsClient, PRIORITY12, received } from '../../../tooling/interop/src/gnutls.ts';
import { alertsSeen, opensslClient, opensslPipe } from '../../../tooling/interop/src/openssl.ts';
import { forPeer, stopAfterTest } from '../../../tooling/interop/test/support.ts';
import { serve, started } from './support.ts';

const get = (path = '/') => `GET ${path} HTTP/1.0\r\nAccept: text/plain\r\n\r\n`;

forPeer('openssl', 'tlskit-server, openssl s_client', () => {
  const stopping = stopAfterTest();
  let identity: Identity;
  let client: Identity;
  let own: readonly string[];
  beforeAll(async () => {
    // Suites with RSA key exchange encrypt to the key.
    const root = await createCA({ key: 'rsa-2048' });
    const keyUsage = ['digitalSignature', 'keyEncipherment'] as const;
    identity = identityOf(await root.issue({ key: 'rsa-2048', names: ['localhost'], keyUsage }), root);
    client = await goodIdentity('ecdsa-p256', 'alice');
    own = ['--cert', identity.files.certificate, '--key', identity.files.key];
  });

  /** What a client says and prints that asks for a page of a server with these options. */
  async function ask(options: readonly string[], args: readonly string[], path = '/'): Promise<string> {
    const server = await serve(['--www', ...own, ...options]);
    return again(server.port, args, path);
  }

  async function again(port: number, args: readonly string[], path = '/'): Promise<string> {
    const child = stopping(opensslPipe(port, identity.files.root, args));
    child.write(get(path));
    await child.exit();
    return child.text;
  }

  const tls12 = ['-tls1_2'];
  const all = ['--ciphersuites', 'all'];

  it.each([
    [['--tls-max', '1.2'], ['-min_protocol', 'TLSv1.2'], /protocol +TLSv1\.2/],
    [['--tls-min', '1.3'], ['-min_protocol', 'TLSv1.2'], /protocol +TLSv1\.3/],
    [['--tls-min', '1.3'], tls12, /alert protocol version/],
    [all, [...tls12, '-cipher', 'AES128-SHA'], /TLS_RSA_WITH_AES_128_CBC_SHA /],
    [all, [...tls12, '-cipher', 'DHE-RSA-AES256-CCM8:@SECLEVEL=0'], /TLS_DHE_RSA_WITH_AES_256_CCM_8 /],
    [all, [...tls12, '-cipher', 'ECDHE-RSA-CHACHA20-POLY1305'], /TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 /],
    [
      ['--ciphersuites', 'TLS_AES_128_CCM_8_SHA256'],
      ['-ciphersuites', 'TLS_AES_128_CCM_8_SHA256:TLS_AES_128_GCM_SHA256'],
      /TLS_AES_128_CCM_8_SHA256 /,
    ],
    [['--groups', 'x448'], [], /group +x448/],
    [['--groups', 'ffdhe4096,x25519'], ['-groups', 'ffdhe4096'], /group +ffdhe4096/],
    [['--groups', 'secp521r1'], ['-groups', 'X25519'], /alert handshake failure/],
    [
      [...all, '--dhe-group', 'ffdhe3072'],
      [...tls12, '-cipher', 'DHE-RSA-AES128-GCM-SHA256', '-groups', 'P-256'],
      /Server Temp Key: DH, 3072 bits/,
    ],
    [['--sigalgs', 'rsa_pss_rsae_sha512'], [], /signature scheme +rsa_pss_rsae_sha512/],
    [
      ['--sigalgs', 'all+sha1'],
      [...tls12, '-sigalgs', 'RSA+SHA1', '-cipher', 'DEFAULT:@SECLEVEL=0'],
      /signature scheme +rsa_pkcs1_sha1/,
    ],
    [['--alpn', 'h2,http/1.1'], ['-alpn', 'http/1.1'], /ALPN +http\/1\.1/],
    [['--alpn', 'h2'], ['-alpn', 'smtp'], /alert no application protocol/],
    [['--server-names', 'other.test'], [], /alert (number 112|unrecognized name)/],
    [['--max-fragment-length'], ['-maxfraglen', '512'], /protocol +TLSv1\.3/],
    [['--profile', 'modern'], tls12, /alert protocol version/],
    [['--profile', 'old'], [...tls12, '-cipher', 'AES256-SHA'], /TLS_RSA_WITH_AES_256_CBC_SHA /],
  ] as const)('%j, %j: %s', async (options, args, expected) => {
    expect(await ask(options, args)).toMatch(expected);
  });

  it('several certificates: each client one that it can verify', async () => {
    const root = await createCA({ key: 'rsa-2048' });
    const kinds = {
      'rsa-2048': 'rsa_pss_rsae_sha256',
      'rsa-pss': 'rsa_pss_pss_sha256',
      'ecdsa-p384': 'ecdsa_secp384r1_sha384',
      ed25519: 'ed25519',
      ed448: 'ed448',
    } as const;
    const pairs = await Promise.all(
      (Object.keys(kinds) as (keyof typeof kinds)[]).map(async key => {
        const { pem } = await root.issue({ names: ['localhost'], key });
        return ['--cert', file(pem.certificate), '--key', file(pem.key)];
      }),
    );
    const server = await serve(['--www', ...pairs.flat()]);
    for (const scheme of Object.values(kinds)) {
      const child = stopping(opensslPipe(server.port, file(root.pem), ['-sigalgs', `${scheme}:rsa_pkcs1_sha256`]));
      child.write(get());
      await child.exit();
      expect(child.text).toMatch(new RegExp(`signature scheme +${scheme} `));
    }
  });

  it('tickets and sessions are resumed, as many as are said', async () => {
    const resumed = async (options: readonly string[], args: readonly string[]) => {
      const server = await serve(['--www', ...own, ...options]);
      const kept = file('');
      await again(server.port, [...args, '-sess_out', kept]);
      return /kind +resumed/.test(await again(server.port, [...args, '-sess_in', kept]));
    };
    expect(await resumed([], [])).toBe(true);
    expect(await resumed(['--tickets', '0'], [])).toBe(false);
    expect(await resumed([], tls12)).toBe(true);
    expect(await resumed(['--session-cache'], [...tls12, '-no_ticket'])).toBe(true);
    expect(await resumed([], [...tls12, '-no_ticket'])).toBe(false);
  });

  it('early data is taken, told of, and answered by 425 on demand', async () => {
    const server = await serve(['--www', ...own, '--early-data', '1000']);
    const early = async (path: string) => {
      const kept = file('');
      await again(server.port, ['-sess_out', kept]);
      const child = stopping(
        opensslPipe(server.port, identity.files.root, ['-sess_in', kept, '-early_data', file(get(path))]),
      );
      await child.exit();
      return child.text;
    };
    expect(await early('/early')).toMatch(/\r\n\r\nearly\n/);
    expect(await early('/early/425')).toMatch(/^HTTP\/1\.1 425 Too Early/m);
  });

  it('keys agreed on elsewhere, with a key exchange and without', async () => {
    const hex = randomBytes(32).toString('hex');
    const psk = ['-psk_identity', 'alice', '-psk', hex];
    expect(await ask(['--psk', `alice:${hex}`], [...psk, '-ciphersuites', 'TLS_AES_128_GCM_SHA256'])).toMatch(
      /kind +psk/,
    );
    const without = await ask(
      ['--psk', `alice:${hex}`, '--psk-ke', '--groups', 'ffdhe8192'],
      [...psk, '-allow_no_dhe_kex', '-groups', 'P-256', '-ciphersuites', 'TLS_AES_128_GCM_SHA256'],
    );
    expect(without).toMatch(/group +none/);
    const old = await ask(
      ['--psk', `alice:${hex}`, ...all],
      [...tls12, ...psk, '-cipher', 'DHE-PSK-AES128-GCM-SHA256'],
    );
    expect(old).toMatch(/TLS_DHE_PSK_WITH_AES_128_GCM_SHA256/);
  });

  it.each([[], tls12])("clients' certificates %j: asked for, required, empty, unknown", async (...args) => {
    const shown = ['-cert', client.files.certificate, '-cert_chain', client.files.chain, '-key', client.files.key];
    const ca = ['--ca', client.files.root];
    expect(await ask(['--request-client-cert', ...ca], [...args, ...shown])).toMatch(/client verified +yes/);
    expect(await ask(['--request-client-cert', ...ca], args)).toMatch(/HTTP\/1\.1 200/);
    expect(await ask(['--require-client-cert', ...ca], [...args, ...shown])).toMatch(/client verified +yes/);
    expect(await ask(['--require-client-cert', ...ca], args)).toMatch(
      /alert (certificate required|number 116|handshake failure)/,
    );
    expect(await ask(['--require-client-cert', '--ca', identity.files.root], [...args, ...shown])).toMatch(
      /alert unknown ca/,
    );
    expect(await ask(['--request-client-cert'], [...args, ...shown])).toMatch(/client verified +no/);
  });

  it('asks after the handshake', async () => {
    const shown = ['-cert', client.files.certificate, '-cert_chain', client.files.chain, '-key', client.files.key];
    const options = ['--post-handshake-auth', '--ca', client.files.root];
    expect(await ask(options, ['-enable_pha', ...shown])).toMatch(/client verified +yes/);
    expect(await ask(options, ['-enable_pha'])).toMatch(/HTTP\/1\.1 200/);
    expect(await ask(options, [])).toMatch(/HTTP\/1\.1 200/);
  });

  it('a staple is verified', async () => {
    const root = await createCA({ key: 'rsa-2048' });
    const { certificate, pem } = await root.issue({ names: ['localhost'], key: 'rsa-2048' });
    const pair = ['--cert', file(pem.certificate), '--key', file(pem.key)];
    const server = await serve([...pair, '--www', '--ocsp-response', file(await root.ocsp(certificate))]);
    for (const args of [[], tls12]) {
      const child = stopping(opensslClient(server.port, file(root.pem), ['-status', ...args]));
      await child.saying(/Verify return code: 0/);
      expect(child.text).toMatch(/OCSP Response Status: successful/);
      expect(child.text).toMatch(/Cert Status: good/);
    }
  });

  it('renegotiates, or says no', async () => {
    const text = async (options: readonly string[]) => {
      const server = await serve([...own, '--echo', ...options]);
      const child = stopping(opensslClient(server.port, identity.files.root, [...tls12, '-legacy_renegotiation']));
      await child.saying(/Verify return code: 0/);
      child.write('R\n');
      await child.saying(/RENEGOTIATING/);
      child.write('and on\n');
      await Promise.race([child.saying(/no renegotiation/), child.saying(/^and on$/m)]);
      return child.text;
    };
    expect(await text(['--renegotiation'])).not.toMatch(/no renegotiation/);
    expect(await text([])).toMatch(/no renegotiation/);
  });

  it('updates its keys before the answer', async () => {
    expect(await ask([], [], '/keyupdate')).toMatch(/the keys are new/);
    expect(await ask([], tls12, '/keyupdate')).toMatch(/HTTP\/1\.1 409/);
  });

  it('tells who is refused, and goes on', async () => {
    const server = await serve(['--www', ...own, '--groups', 'secp384r1']);
    const child = stopping(opensslPipe(server.port, identity.files.root, ['-groups', 'X25519']));
    await child.exit();
    expect(alertsSeen(child)).toEqual([40]);
    expect(await again(server.port, ['-groups', 'P-384'])).toMatch(/group +secp384r1/);
  });
});

forPeer('gnutls', 'tlskit-server, gnutls-cli', () => {
  const stopping = stopAfterTest();

  async function ask(options: readonly string[], gnutls: Parameters<typeof gnutlsClient>[2] = {}, path = '/') {
    const server = await serve(['--www', ...options]);
    const child = stopping(gnutlsClient(server.port, server.ca, gnutls));
    child.write(get(path));
    await child.exit();
    return child;
  }

  it.each([
    [['--groups', 'x448'], ':-GROUP-ALL:+GROUP-X448', /ECDHE-X448/],
    [['--groups', 'ffdhe3072'], ':-GROUP-ALL:+GROUP-FFDHE3072', /DHE-FFDHE3072/],
    [['--profile', 'all'], ':-CIPHER-ALL:+AES-128-CCM-8', /AES-128-CCM-8/],
    [['--sigalgs', 'ed25519'], '', /EdDSA-Ed25519/],
  ])('%j', async (options, priority, expected) => {
    const child = await ask(options, { priority });
    expect(await description(child)).toMatch(expected);
    expect(received(child)).toMatch(/^HTTP\/1\.1 200/);
  });

  it('all suites of TLS 1.2', async () => {
    for (const [priority, suite] of [
      [':+RSA:+AES-128-CBC:+SHA1:+SIGN-ALL:+GROUP-ALL', /TLS_RSA_WITH_AES_128_CBC_SHA /],
      [':+DHE-RSA:+AES-256-CCM-8:+AEAD:+SIGN-ALL:+GROUP-ALL', /TLS_DHE_RSA_WITH_AES_256_CCM_8 /],
    ] as const) {
      const child = await ask(['--ciphersuites', 'all'], { base: PRIORITY12, priority });
      expect(received(child)).toMatch(suite);
    }
  });

  it('records are as short as both want them', async () => {
    // GnuTLS says record_size_limit by itself, and speaks no more than it is told.
    const child = await ask(['--record-size-limit', '512', '--reply-size', '5000'], { args: ['--recordsize', '1024'] });
    expect(received(child)).toHaveLength(5000);
  });

  it('heartbeats are answered', async () => {
    const server = await serve(['--echo', '--heartbeat', '--tls-max', '1.2']);
    const child = stopping(gnutlsClient(server.port, server.ca, { base: 'NORMAL', args: ['--heartbeat'] }));
    child.write('hello\n');
    await child.saying(/hello/);
    expect(child.text).not.toMatch(/Fatal error/);
  });
});

forPeer('curl', 'tlskit-server, curl', () => {
  const stopping = stopAfterTest();

  it.each(['--tlsv1.3', '--tlsv1.2'])('%s gets the page, and what it offered', async version => {
    const server = await serve(['--www']);
    const page = stopping(curl(server.port, server.ca, [version]));
    expect(await page.exit()).toEqual({ code: 0, signal: null });
    expect(page.output.toString()).toContain('<h2>What you offered</h2>');
    expect(page.errors).toContain('ALPN');
  });

  it('gets a reply of the size that is said, in one record', async () => {
    const server = await serve(['--www', '--reply-size', '3000']);
    const child = stopping(curl(server.port, server.ca, ['--include']));
    expect(await child.exit()).toEqual({ code: 0, signal: null });
    expect(child.output).toHaveLength(3000);
  });
});

forPeer('chromium', 'tlskit-server, Chromium', () => {
  const stopping = stopAfterTest();
  let identity: Identity;
  let own: readonly string[];
  beforeAll(async () => {
    identity = await goodIdentity('ecdsa-p256');
    own = ['--www', '--cert', identity.files.certificate, '--key', identity.files.key];
  });

  it('sees what it offered: GREASE where it put it, and a group that is post-quantum', async () => {
    const server = await serve(own);
    const browser = stopping(chromium(server.port, '/api/hello', identity));
    expect((await browser.child.exit()).code).toBe(0);
    const [json = ''] = /\{.*\}/s.exec(browser.child.output.toString().replaceAll('&quot;', '"')) ?? [];
    const hello = JSON.parse(json);
    expect(hello).toMatchObject({
      schemaVersion: 1,
      offer: { postQuantum: true },
      connection: { group: { name: 'X25519MLKEM768' }, postQuantum: true, early: false },
    });
    expect(hello.offer.cipherSuites[0].name).toMatch(/GREASE/);
  });

  it.each(['bad-finished', 'bad-tag', 'bad-certverify', 'missing-certverify', 'unsolicited-ext'])(
    'does what is right: %s',
    async fault => {
      const { running, ended } = await started([...own, '--fault', fault, '--expect']);
      stopping(chromium(running.port, '/healthz', identity));
      expect(await ended).toBe(0);
    },
  );
});
