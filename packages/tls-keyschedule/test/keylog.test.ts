import { toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { keyLogLine, parseKeyLog } from '../src/index.ts';

const random = new Uint8Array(32).fill(0xab);
const secret = new Uint8Array(48).fill(0x0c);

describe('key logs', () => {
  it('read back what was written', () => {
    const text = [
      keyLogLine('CLIENT_HANDSHAKE_TRAFFIC_SECRET', random, secret),
      keyLogLine('CLIENT_TRAFFIC_SECRET_12', random, secret.subarray(16)),
      keyLogLine('CLIENT_RANDOM', new Uint8Array(32), secret),
    ].join('\n');
    const log = parseKeyLog(text);
    expect([...log.keys()]).toEqual([toHex(random), '00'.repeat(32)]);
    expect({ ...log.get(toHex(random)) }).toEqual({
      CLIENT_HANDSHAKE_TRAFFIC_SECRET: secret,
      CLIENT_TRAFFIC_SECRET_12: secret.subarray(16),
    });
  });

  it('have the form that other programs read', () => {
    expect(keyLogLine('EXPORTER_SECRET', random, Uint8Array.of(1, 0x2f))).toBe(
      `EXPORTER_SECRET ${'ab'.repeat(32)} 012f`,
    );
    expect(() => keyLogLine('EXPORTER_SECRET', random.subarray(1), secret)).toThrow(/32 bytes, got 31/);
  });

  it('pass over comments, torn lines and what else is none, and take any line end and case', () => {
    const hex = 'AB'.repeat(32);
    const text = [
      '# comment',
      '',
      `EXPORTER_SECRET ${hex} 0A`,
      `ECH_SECRET ${hex} 0b`,
      `CLIENT_RANDOM ${hex.slice(2)} 00`,
      `CLIENT_RANDOM ${hex} 000`,
      `CLIENT_RANDOM ${hex}`,
      `CLIENT_RANDOM ${hex} 00 00`,
      'CLIENT_RAN',
    ].join('\r\n');
    const log = parseKeyLog(text);
    expect([...log.keys()]).toEqual([hex.toLowerCase()]);
    expect({ ...log.get(hex.toLowerCase()) }).toEqual({
      EXPORTER_SECRET: Uint8Array.of(0x0a),
      ECH_SECRET: Uint8Array.of(0x0b),
    });
  });

  it('hold no label that is a property of every object', () => {
    const secrets = parseKeyLog(`__PROTO__ ${toHex(random)} 00`).get(toHex(random));
    expect(Object.keys(secrets ?? {})).toEqual(['__PROTO__']);
    expect(secrets && 'constructor' in secrets).toBe(false);
  });
});
