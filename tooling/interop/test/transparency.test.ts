/** Certificate Transparency with OpenSSL: it judges the SCTs of our throw-away logs, and our client judges what it sends. */
import { createCA, createLog, ocspSctExtension, sctList, type TestCA, type TestLog, toPem } from '@tlskit/tls-testing';
import { requireTransparency } from 'tlskit';
import { beforeAll, expect, it } from 'vitest';
import { HOST, type Identity, identity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { opensslClient, opensslServer } from '../src/openssl.ts';
import { OurServer, ourClient, refusedByUs } from '../src/ours.ts';
import { forPeer, stopAfterTest } from './support.ts';

/** OpenSSL takes the session's time, in whole seconds, for the present: what was signed in this very second is of the future to it. */
const timestamp = Date.now() - 3_600_000;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

forPeer('openssl', 'Certificate Transparency, OpenSSL', () => {
  const stopping = stopAfterTest();
  let root: TestCA;
  let between: TestCA;
  let logs: readonly [TestLog, TestLog];
  let plain: Identity;
  let embedded: Identity;
  let knownLogs: string;

  beforeAll(async () => {
    root = await createCA();
    between = await root.intermediate();
    logs = [await createLog(), await createLog({ key: 'rsa-2048' })];
    plain = identity(await between.issue(HOST), root);
    const signer = await between.intermediate({ extendedKeyUsage: ['precertificateSigning'] });
    const issued = await between.issue({
      names: [HOST],
      scts: logs.map(log => ({ log, timestamp })),
      precertificateSigner: signer,
    });
    embedded = identity(issued, root);
    const sections = logs.map(({ spki }, i) => `[log${i}]\ndescription = log ${i}\nkey = ${base64(spki)}\n`);
    knownLogs = file(`enabled_logs = log0,log1\n${sections.join('')}`);
  });

  const scts = () => Promise.all(logs.map(log => log.addChain(plain.issued.chain, { timestamp })));

  /** What s_client says of each SCT that a server of ours has. */
  async function statuses(credentials: object, { certificate, key, files }: Identity, versions: readonly string[]) {
    const credential = { certificate, key, ...credentials };
    const server = stopping(new OurServer(plain, { credentials: [credential] }));
    const port = await server.listen();
    server.serve(socket => socket.end());
    const child = stopping(opensslClient(port, files.root, ['-ct', '-ctlogfile', knownLogs, ...versions]));
    await child.saying(/SCTs present \((\d+)\)[\s\S]*?\n---\n/);
    return [...child.text.matchAll(/SCT validation status: (.*)/g)].map(([, status]) => status);
  }

  it.each(['-tls1_3', '-tls1_2'])('s_client %s finds SCTs of ours valid, however they come', async version => {
    expect(await statuses({}, embedded, [version])).toEqual(['valid', 'valid']);
    expect(await statuses({ scts }, plain, [version])).toEqual(['valid', 'valid']);
    const extensions = [ocspSctExtension(await scts())];
    const ocspResponse = await between.ocsp({ responses: [{ certificate: plain.issued.certificate, extensions }] });
    expect(await statuses({ ocspResponse }, plain, [version])).toEqual(['valid', 'valid']);
    const forged = async () => [await logs[0].addChain(plain.issued.chain, { timestamp, forged: true })];
    expect(await statuses({ scts: forged }, plain, [version])).toEqual(['invalid']);
  });

  it.each(['-tls1_3', '-tls1_2'])('our client takes SCTs from s_server %s', async version => {
    const known = logs.map(({ spki }, i) => ({ key: spki, operator: String(i) }));
    const transparency = requireTransparency({ logs: known });
    const serve = async (of: Identity, args: readonly string[]) => {
      const { port, child } = await opensslServer(of, ['-rev', version, ...args]);
      stopping(child);
      return port;
    };
    const list = sctList(await scts());
    // SERVERINFOV2: contexts (ClientHello, ServerHello of TLS 1.2, Certificate of TLS 1.3), the type, its length, and the list.
    const info = Buffer.from([0, 0, 0x11, 0x80, 0, 18, list.length >> 8, list.length & 0xff, ...list]);
    const stapling = ['-serverinfo', file(toPem('SERVERINFOV2 FOR SCT', info))];
    const stapled = await ourClient(await serve(plain, stapling), plain, { transparency, versions: undefined });
    expect(stapled.info.transparency).toMatchObject({
      satisfied: true,
      scts: [
        { delivery: 'tls', status: 'valid' },
        { delivery: 'tls', status: 'valid' },
      ],
    });
    stapled.socket.destroy();
    const inside = await ourClient(await serve(embedded, []), embedded, { transparency, versions: undefined });
    expect(inside.info.transparency?.scts.map(({ delivery }) => delivery)).toEqual(['embedded', 'embedded']);
    inside.socket.destroy();
    const error = await refusedByUs(await serve(plain, []), plain, { transparency, versions: undefined });
    expect(error).toMatchObject({ code: 'ERR_TLS_CERT_TRANSPARENCY', alert: 'certificate_unknown', sentBy: 'us' });
  });
});
