import { TlsError } from '@tlskit/tls-alerts';
import { describe, expect, it } from 'vitest';
import { boringAlert, boringAlerts } from '../src/alerts.ts';

describe('the alerts of BoringSSL', () => {
  it('have their reasons, with the section of the RFC', () => {
    for (const { why } of boringAlerts) expect(why).toMatch(/^[A-Z].{20,}\(.*RFC \d{4} §.*\.$/);
  });

  it('differ from those of tlskit', () => {
    for (const { code, alert } of boringAlerts) expect(new TlsError(code, '').alert, code).not.toBe(alert);
  });

  it('are for the very errors that the rows name', () => {
    const told = (code: 'ERR_TLS_DECODE' | 'ERR_TLS_RECORD_TYPE', message: string, state?: string) =>
      boringAlert(new TlsError(code, message, state === undefined ? {} : { state }), 'general_error');
    expect(told('ERR_TLS_DECODE', 'verify_data has 33 bytes', 'WAIT_FINISHED')).toBe('decrypt_error');
    expect(told('ERR_TLS_DECODE', 'something else')).toBe('general_error');
    expect(told('ERR_TLS_RECORD_TYPE', 'expected a protected record, got handshake', 'WAIT_EE')).toBe('bad_record_mac');
    expect(told('ERR_TLS_RECORD_TYPE', 'expected a protected record, got handshake', 'CONNECTED')).toBe(
      'general_error',
    );
  });
});
