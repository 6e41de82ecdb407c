/** Every message and every extension: round trip, every prefix fails, hostile bytes fail as DecodeError only. */
import { DecodeError, decode, encode, toHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnyMessageDef,
  allExtensionRows,
  decodeMessage,
  encodeHandshake,
  encodeMessage,
  extension,
  HandshakeType,
  handshakeMessages12,
  handshakeMessages13,
  messageByType,
} from '../src/index.ts';
import { type Case, messageCases12, messageCases13, rowCases } from './arbitraries.ts';

/** Runs `read`; anything but a value or a DecodeError is a failure of the test. */
function attempt<T>(read: () => T): { readonly value: T } | undefined {
  try {
    return { value: read() };
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    return undefined;
  }
}

/** Bytes near to well-formed: some values, one byte of which is changed, and bytes inserted or cut away. */
const damaged = (values: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(values, fc.nat(), fc.nat(255), fc.uint8Array({ maxLength: 2 }), fc.nat(2))
    .map(([bytes, at, to, add, cut]) => {
      const place = bytes.length === 0 ? 0 : at % bytes.length;
      const changed = bytes.slice();
      if (changed.length > 0) changed[place] = to;
      return Uint8Array.from([...changed.subarray(0, place), ...add, ...changed.subarray(place + cut)]);
    });

const unique = (cases: readonly Case[]) => [...new Set(cases)];
const noise = fc.uint8Array({ maxLength: 120, size: 'max' });

describe('the generators', () => {
  it('leave out no message', () => {
    const types = (cases: readonly { type: number }[]) => cases.map(c => c.type).sort((a, b) => a - b);
    expect(types(messageCases13)).toEqual(types(handshakeMessages13));
    expect(types(messageCases12)).toEqual(types(handshakeMessages12));
  });

  it('leave out no extension in no message', () => {
    const places = allExtensionRows.flatMap(row => Object.keys(row.in).map(message => `${row.name} in ${message}`));
    expect(rowCases.map(c => c.name).sort()).toEqual(places.sort());
  });
});

describe.each([
  ['1.3', messageCases13, handshakeMessages13],
  ['1.2', messageCases12, handshakeMessages12],
] as const)('messages of TLS %s', (_version, cases, table) => {
  describe.each(unique(cases).map(c => [c.name, c] as const))('%s', (_name, { type, values, codec, openEnded }) => {
    const def = messageByType(table, type) as AnyMessageDef;

    it('comes back from its bytes, and its bytes from it', () => {
      fc.assert(
        fc.property(values, value => {
          const raw = encodeMessage(def, value);
          const back: unknown = decodeMessage(def, raw);
          expect(back).toEqual(value);
          expect(toHex(encodeMessage(def, back))).toBe(toHex(raw));
        }),
      );
    });

    it('fails at every proper prefix, and with a byte too many', () => {
      fc.assert(
        fc.property(values, value => {
          const raw = encodeMessage(def, value);
          for (let length = 0; length < raw.length; length++) {
            expect(() => decodeMessage(def, raw.subarray(0, length))).toThrow(DecodeError);
          }
          expect(() => decodeMessage(def, Uint8Array.from([...raw, 0]))).toThrow(DecodeError);
        }),
        { numRuns: 30 },
      );
    });

    // The body of an open-ended one may end early: its length stands outside.
    if (!openEnded) {
      it('fails at every proper prefix of the body, under a length that fits', () => {
        fc.assert(
          fc.property(values, value => {
            const body = encode(codec, value);
            for (let length = 0; length < body.length; length++) {
              expect(() => decodeMessage(def, encodeHandshake(type, body.subarray(0, length)))).toThrow(DecodeError);
            }
          }),
          { numRuns: 30 },
        );
      });
    }

    it('of another type is refused', () => {
      fc.assert(
        fc.property(values, fc.nat(255), (value, other) => {
          fc.pre(other !== type);
          const raw = encodeMessage(def, value);
          raw[0] = other;
          expect(() => decodeMessage(def, raw)).toThrow(`expected ${def.name}, got ${HandshakeType.label(other)}`);
        }),
        { numRuns: 20 },
      );
    });

    it('of hostile bytes is a DecodeError, or re-encodes to them', () => {
      const bodies = fc.oneof(noise, damaged(values.map(value => encode(codec, value))));
      fc.assert(
        fc.property(bodies, body => {
          const raw = encodeHandshake(type, body);
          const decoded = attempt(() => decodeMessage(def, raw) as unknown);
          if (decoded !== undefined) expect(toHex(encodeMessage(def, decoded.value))).toBe(toHex(raw));
        }),
        { numRuns: 300 },
      );
    });
  });
});

describe.each(rowCases.map(c => [c.name, c] as const))('%s', (_name, { type, codec, values, openEnded }) => {
  it('comes back from its bytes, and its bytes from it', () => {
    fc.assert(
      fc.property(values, value => {
        const data = encode(codec, value);
        const back = decode(codec, data);
        expect(back).toEqual(value);
        expect(toHex(encode(codec, back))).toBe(toHex(data));
      }),
    );
  });

  it('fails at every proper prefix', () => {
    fc.assert(
      fc.property(values, value => {
        const data = encode(codec, value);
        if (!openEnded) {
          for (let length = 0; length < data.length; length++) {
            expect(() => decode(codec, data.subarray(0, length))).toThrow(DecodeError);
          }
          expect(() => decode(codec, Uint8Array.from([...data, 0]))).toThrow(DecodeError);
        }
        const framed = encode(extension, { extension_type: type, extension_data: data });
        for (let length = 0; length < framed.length; length++) {
          expect(() => decode(extension, framed.subarray(0, length))).toThrow(DecodeError);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('of hostile bytes is a DecodeError, or re-encodes to them', () => {
    fc.assert(
      fc.property(fc.oneof(noise, damaged(values.map(value => encode(codec, value)))), data => {
        const decoded = attempt(() => decode(codec, data));
        if (decoded !== undefined) expect(toHex(encode(codec, decoded.value))).toBe(toHex(data));
      }),
      { numRuns: 300 },
    );
  });
});
