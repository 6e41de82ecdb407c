import { DecodeError } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { alertFor, errorTable, TlsError, type TlsErrorCode } from '../src/index.ts';

describe('TlsError', () => {
  it('takes kind, alert and section from the table by its code', () => {
    for (const code of Object.keys(errorTable) as TlsErrorCode[]) {
      const error = new TlsError(code, 'text');
      expect(error).toMatchObject({
        name: 'TlsError',
        message: 'text',
        code,
        kind: errorTable[code].kind,
        alert: errorTable[code].alert,
        rfc: errorTable[code].rfc,
        sentBy: 'us',
        state: undefined,
      });
      expect(error).toBeInstanceOf(Error);
    }
  });

  it('keeps what is known beside', () => {
    const cause = new Error('below');
    const error = new TlsError('ERR_TLS_DECODE', 'text', { state: 'WAIT_EE', rfc: 'RFC 9846 §4.4.1', cause });
    expect(error).toMatchObject({ state: 'WAIT_EE', rfc: 'RFC 9846 §4.4.1', cause });
    expect('cause' in new TlsError('ERR_TLS_DECODE', 'text')).toBe(false);
  });

  it('has the alert that an application chose for it', () => {
    const error = new TlsError('ERR_TLS_REFUSED', 'not you', { alert: 'access_denied' });
    expect(error).toMatchObject({ alert: 'access_denied', chosenAlert: 'access_denied', sentBy: 'us' });
    expect(new TlsError('ERR_TLS_REFUSED', 'not you')).toMatchObject({
      alert: errorTable.ERR_TLS_REFUSED.alert,
      chosenAlert: undefined,
    });
  });

  it('tells logs every field, and no stack', () => {
    const error = new TlsError('ERR_TLS_BAD_FINISHED', 'no match', { state: 'WAIT_FINISHED' });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'ERR_TLS_BAD_FINISHED',
      kind: 'protocol',
      alert: 'decrypt_error',
      sentBy: 'us',
      state: 'WAIT_FINISHED',
      rfc: errorTable.ERR_TLS_BAD_FINISHED.rfc,
      message: 'no match',
    });
  });
});

describe('TlsError.fromPeer', () => {
  it('says that the peer said it', () => {
    const error = TlsError.fromPeer(40, 'WAIT_SH');
    expect(error).toMatchObject({
      code: 'ERR_TLS_PEER_ALERT',
      kind: 'alert',
      alert: 'handshake_failure',
      sentBy: 'peer',
      state: 'WAIT_SH',
    });
    expect(error.message).toContain('handshake_failure');
  });

  it('carries a number that nobody registered', () => {
    const error = TlsError.fromPeer(0xee);
    expect(error).toMatchObject({ alert: 'general_error', alertNumber: 0xee, sentBy: 'peer', state: undefined });
    expect(TlsError.fromPeer(40).toJSON()).toMatchObject({ alert: 'handshake_failure', alertNumber: 40 });
    expect(error.message).toContain('0xee');
  });
});

describe('TlsError.from', () => {
  it('leaves a TlsError as it is', () => {
    const error = new TlsError('ERR_TLS_CLOSED', 'text');
    expect(TlsError.from(error)).toBe(error);
  });

  it('makes decode_error of malformed bytes and internal_error of what nobody foresaw', () => {
    const malformed = new DecodeError('too short', 3);
    expect(TlsError.from(malformed)).toMatchObject({
      code: 'ERR_TLS_DECODE',
      alert: 'decode_error',
      message: 'too short',
      cause: malformed,
    });
    const mistake = new RangeError('mistake');
    expect(TlsError.from(mistake)).toMatchObject({
      code: 'ERR_TLS_INTERNAL',
      alert: 'internal_error',
      message: 'mistake',
      cause: mistake,
    });
    for (const thrown of ['text', undefined, null]) {
      expect(TlsError.from(thrown)).toMatchObject({ code: 'ERR_TLS_INTERNAL', message: String(thrown), cause: thrown });
    }
  });
});

describe('instanceof TlsError', () => {
  it('is for errors whose code the table knows: those of another release, or of the same name, are like any other', () => {
    const other = Object.assign(new Error('of a later release'), {
      name: 'TlsError',
      code: 'ERR_TLS_LATER',
      sentBy: 'us',
    });
    expect(other).not.toBeInstanceOf(TlsError);
    expect(TlsError.from(other)).toMatchObject({ code: 'ERR_TLS_INTERNAL', cause: other });
    expect(Object.assign(new Error('same name'), { name: 'TlsError' })).not.toBeInstanceOf(TlsError);
  });

  it('tells what is derived from it apart', () => {
    class Derived extends TlsError {}
    expect(new Derived('ERR_TLS_CLOSED', 'over')).toBeInstanceOf(Derived);
    expect(new Derived('ERR_TLS_CLOSED', 'over')).toBeInstanceOf(TlsError);
    expect(new TlsError('ERR_TLS_CLOSED', 'over')).not.toBeInstanceOf(Derived);
  });
});

describe('alertFor', () => {
  it('knows where TLS 1.2 says something else', () => {
    expect(alertFor('ERR_TLS_CERTIFICATE_REQUIRED')).toBe('certificate_required');
    expect(alertFor('ERR_TLS_CERTIFICATE_REQUIRED', 0x0303)).toBe('handshake_failure');
    expect(alertFor('ERR_TLS_BAD_FINISHED', 0x0303)).toBe(alertFor('ERR_TLS_BAD_FINISHED', 0x0304));
  });

  it('is silent where there is nobody to tell', () => {
    expect(alertFor('ERR_TLS_TRUNCATED')).toBeUndefined();
    expect(alertFor('ERR_TLS_PEER_ALERT')).toBeUndefined();
  });
});
