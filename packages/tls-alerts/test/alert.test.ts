import { annotate, DecodeError, decode, encode } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlertDescription, AlertLevel, type AlertName, alert, alertNamed, endingAlert } from '../src/index.ts';

describe('the Alert codec', () => {
  it('reads back what it wrote, numbers without a name too', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), (level, description) => {
        const bytes = encode(alert, { level, description });
        expect(bytes).toEqual(Uint8Array.of(level, description));
        expect(decode(alert, bytes)).toEqual({ level, description });
      }),
    );
  });

  it('takes exactly two bytes (RFC 9846 §5.1: a record holds exactly one alert)', () => {
    for (const length of [0, 1, 3, 4]) {
      expect(() => decode(alert, new Uint8Array(length))).toThrow(DecodeError);
    }
  });

  it('names its bytes', () => {
    const { annotations } = annotate(alert, Uint8Array.of(2, 40));
    expect(annotations[0]?.children.map(({ label, type }) => [label, type])).toEqual([
      ['level', 'AlertLevel'],
      ['description', 'AlertDescription'],
    ]);
  });
});

describe('alertNamed', () => {
  it('is fatal, but for the alerts that end nothing by error (RFC 9846 §6.1)', () => {
    const warnings = Object.keys(AlertDescription.values).filter(
      name => alertNamed(name as AlertName).level === AlertLevel.values.warning,
    );
    expect(warnings).toEqual(['close_notify', 'user_canceled', 'no_renegotiation_RESERVED']);
    expect(alertNamed('decode_error')).toEqual({ level: 2, description: 50 });
    expect(alertNamed('close_notify')).toEqual({ level: 1, description: 0 });
  });
});

describe('endingAlert', () => {
  it('is fatal but for the closure alerts, no_renegotiation too (RFC 5246 §7.2.2)', () => {
    const warnings = Object.keys(AlertDescription.values).filter(
      name => endingAlert(name as AlertName).level === AlertLevel.values.warning,
    );
    expect(warnings).toEqual(['close_notify', 'user_canceled']);
    expect(endingAlert('no_renegotiation_RESERVED')).toEqual({ level: 2, description: 100 });
  });
});
