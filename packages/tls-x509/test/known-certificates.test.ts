import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createCA } from '@tlskit/tls-testing';
import { describe, expect, it, vi } from 'vitest';
import { createCertificateVerifier, type VerifiedPeer } from '../src/index.ts';
import { KnownCertificates } from '../src/known-certificates.ts';

describe('certificates that were here before', async () => {
  const ca = await createCA();
  const issued = await ca.issue('localhost');
  const other = await ca.issue('localhost');
  const leaf = issued.chain[0] as Uint8Array;

  it('are read once, from a copy', () => {
    const known = new KnownCertificates(2);
    const sent = Uint8Array.from(leaf);
    const certificate = known.read(sent);
    sent.fill(0);
    expect(certificate.der).toEqual(leaf);
    expect(known.read(leaf)).toBe(certificate);
  });

  it('are told from others by every byte', () => {
    const known = new KnownCertificates(2);
    const certificate = known.read(leaf);
    // Another first byte of the serial number: the same length, and the same end.
    const forged = Uint8Array.from(leaf);
    const at = 15;
    forged[at] = (forged[at] as number) ^ 1;
    const read = known.read(forged);
    expect(read).not.toBe(certificate);
    expect(read.der).toEqual(forged);
    expect(known.read(leaf)).not.toBe(read);
  });

  it('are forgotten where others came since', () => {
    const known = new KnownCertificates(1);
    const certificate = known.read(leaf);
    known.read(other.chain[0] as Uint8Array);
    expect(known.read(leaf)).not.toBe(certificate);
  });

  it('are not kept where nobody wants it, nor where they are large', () => {
    const none = new KnownCertificates(0);
    expect(none.read(leaf)).not.toBe(none.read(leaf));
  });

  it('have their keys imported once, and their signatures verified each time', () => {
    const provider = createNobleProvider();
    const importPublicKey = vi.fn(provider.importPublicKey);
    const verifier = createCertificateVerifier({
      provider: { ...provider, importPublicKey },
      trust: { roots: ca.pem },
    });
    const verify = () => verifier.verify({ role: 'server', chain: issued.chain, name: 'localhost' }) as VerifiedPeer;
    const first = verify();
    expect(importPublicKey).toHaveBeenCalledTimes(2);
    const second = verify();
    expect(importPublicKey).toHaveBeenCalledTimes(2);
    expect(second.publicKey).toBe(first.publicKey);
    expect(second.work.signatures).toBe(1);
  });

  it('are refused when their time is over, however often they were good', () => {
    let time = Date.now();
    const provider = createNobleProvider();
    const verifier = createCertificateVerifier({ provider, trust: { roots: ca.pem }, time: () => time });
    const verify = () => verifier.verify({ role: 'server', chain: issued.chain, name: 'localhost' }) as VerifiedPeer;
    time = verify().expires + 1000;
    expect(verify).toThrow(expect.objectContaining({ code: 'CERT_HAS_EXPIRED' }));
  });

  it('are refused for another name, and with another signature', () => {
    const provider = createNobleProvider();
    const verifier = createCertificateVerifier({ provider, trust: { roots: ca.pem } });
    verifier.verify({ role: 'server', chain: issued.chain, name: 'localhost' });
    expect(() => verifier.verify({ role: 'server', chain: issued.chain, name: 'example.com' })).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
    );
    const forged = Uint8Array.from(leaf);
    forged[forged.length - 1] = (forged.at(-1) as number) ^ 1;
    expect(() => verifier.verify({ role: 'server', chain: [forged], name: 'localhost' })).toThrow(
      expect.objectContaining({ code: 'CERT_SIGNATURE_FAILURE' }),
    );
  });
});
