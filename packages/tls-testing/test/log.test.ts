import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { Certificate } from 'pkijs';
import { describe, expect, it } from 'vitest';
import { createCA, createLog, type Issued, transparencyOids } from '../src/index.ts';

/** The fields of a serialized SCT of version 1, by their offsets (RFC 6962 §3.2). */
function parsed(sct: Uint8Array) {
  const view = new DataView(sct.buffer, sct.byteOffset, sct.length);
  const extensions = view.getUint16(41);
  const at = 43 + extensions;
  expect(sct.length).toBe(at + 4 + view.getUint16(at + 2));
  return {
    version: view.getUint8(0),
    id: sct.slice(1, 33),
    timestamp: view.getBigUint64(33),
    extensions: sct.slice(43, at),
    algorithm: [view.getUint8(at), view.getUint8(at + 1)],
    signature: sct.slice(at + 4),
  };
}

/** What is signed for a whole certificate (RFC 6962 §3.2). */
function signedEntry(sct: Uint8Array, certificate: Uint8Array): Buffer {
  const { timestamp, extensions } = parsed(sct);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(timestamp);
  const length = Buffer.from([0, certificate.length >> 8, certificate.length]);
  const tail = Buffer.from([0, extensions.length, ...extensions]);
  return Buffer.concat([Buffer.from([0, 0]), time, Buffer.from([0, 0]), length, certificate, tail]);
}

const extensionsOf = ({ certificate }: Pick<Issued, 'certificate'>) =>
  Certificate.fromBER(Uint8Array.from(certificate)).extensions ?? [];

describe('a log', () => {
  it.each([
    ['ecdsa-p256', [4, 3]],
    ['rsa-2048', [4, 1]],
  ] as const)('with a key of kind %s signs for a certificate', async (key, algorithm) => {
    const log = await createLog({ key });
    const { certificate } = await (await createCA()).issue('localhost');
    const sct = await log.addChain([certificate], { timestamp: 1_700_000_000_123, extensions: Uint8Array.of(1, 2) });
    expect(parsed(sct)).toMatchObject({ version: 0, id: log.id, timestamp: 1_700_000_000_123n, algorithm });
    const publicKey = createPublicKey({ key: Buffer.from(log.spki), format: 'der', type: 'spki' });
    expect(verify('sha256', signedEntry(sct, certificate), publicKey, parsed(sct).signature)).toBe(true);
    const forged = await log.addChain([certificate], { forged: true });
    expect(verify('sha256', signedEntry(forged, certificate), publicKey, parsed(forged).signature)).toBe(false);
  });

  it('makes what no log should make', async () => {
    const [log, other] = [await createLog(), await createLog()];
    const { certificate } = await (await createCA()).issue('localhost');
    const sct = await log.addChain([certificate], { version: 7, id: other.id, algorithm: [2, 3] });
    expect(parsed(sct)).toMatchObject({ version: 7, id: other.id, algorithm: [2, 3] });
    const cut = await log.addChain([certificate], { alter: bytes => bytes.subarray(0, 40) });
    expect(cut).toHaveLength(40);
    await expect(log.addPreChain([certificate])).rejects.toThrow(RangeError);
  });
});

describe('a certificate with SCTs in it', () => {
  it('has a precertificate that differs by its poison alone', async () => {
    const [one, two, ca] = [await createLog(), await createLog(), await createCA()];
    const plain = Uint8Array.of(9, 9);
    const issued = await ca.issue({ names: ['localhost'], scts: [one, { log: two, timestamp: 1000 }, plain] });
    const [poisoned, root] = issued.precertificate as [Uint8Array, Uint8Array];
    expect(root).toEqual(ca.certificate);
    const oids = extensionsOf(issued).map(({ extnID }) => extnID);
    const before = extensionsOf({ certificate: poisoned });
    expect(oids.at(-1)).toBe(transparencyOids.sctList);
    expect(before.map(({ extnID }) => extnID)).toEqual([...oids.slice(0, -1), transparencyOids.poison]);
    expect(before.at(-1)?.critical).toBe(true);
    const [certificate, precertificate] = [new X509Certificate(issued.certificate), new X509Certificate(poisoned)];
    expect(precertificate.serialNumber).toBe(certificate.serialNumber);
    expect(precertificate.validTo).toBe(certificate.validTo);
    for (const each of [certificate, precertificate]) expect(each.verify(createPublicKey(ca.pem))).toBe(true);
    // OCTET STRING, the length of the list, then each behind its own.
    const list = Buffer.from(extensionsOf(issued).at(-1)?.extnValue.valueBlock.valueHexView ?? []);
    const all = list.subarray(list[1] === 0x82 ? 4 : 3);
    expect(all.readUInt16BE()).toBe(all.length - 2);
    const first = all.readUInt16BE(2);
    expect(parsed(Uint8Array.from(all.subarray(4, 4 + first))).id).toEqual(one.id);
    const second = all.readUInt16BE(4 + first);
    const timestamp = parsed(Uint8Array.from(all.subarray(6 + first, 6 + first + second))).timestamp;
    expect([timestamp, [...all.subarray(-4)]]).toEqual([1000n, [0, 2, 9, 9]]);
  });

  it('may have a precertificate that another authority signs', async () => {
    const [log, ca] = [await createLog(), await createCA()];
    const signer = await ca.intermediate({ extendedKeyUsage: ['precertificateSigning'] });
    const issued = await ca.issue({ names: ['localhost'], scts: [log], precertificateSigner: signer });
    const [poisoned, between, root] = issued.precertificate as [Uint8Array, Uint8Array, Uint8Array];
    expect([between, root]).toEqual([signer.certificate, ca.certificate]);
    expect(new X509Certificate(poisoned).checkIssued(new X509Certificate(between))).toBe(true);
    expect(new X509Certificate(poisoned).verify(createPublicKey(signer.pem))).toBe(true);
    expect(new X509Certificate(issued.certificate).verify(createPublicKey(ca.pem))).toBe(true);
  });
});
