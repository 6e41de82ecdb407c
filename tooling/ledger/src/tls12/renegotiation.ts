/** RFC 5746: secure renegotiation. */
import { extensionRules, rules12, serverPrelude, renegotiation as standing, terms12, test } from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

/** Both sides know secure renegotiation, or do not renegotiate. */
const secureAlone = 'nobody renegotiates here with a peer that lacks RFC 5746';
const ssl3 = 'SSL 3.0 is not spoken here';

export const renegotiation: Rows = {
  '3.4:1': held(
    "a client's first hello has an empty renegotiation_info, or the signal",
    terms12.code('export function offerTerms'),
    terms12.code('export function offerSignals'),
    terms12.without('if (!bySignal(config)) {', 'if (false as boolean) {'),
    terms12.without('return bySignal(config) ? [TLS_EMPTY_RENEGOTIATION_INFO_SCSV] : [];', 'return [];'),
  ),
  '3.4:2': held(
    'a client looks for renegotiation_info in the ServerHello',
    terms12.code('function checkServerRenegotiation'),
    terms12.without('secureRenegotiation: checkServerRenegotiation(config, extensions)', 'secureRenegotiation: true'),
  ),
  '3.4:3': held(
    'one that is not empty in a first handshake is refused: handshake_failure',
    terms12.code('const expected = renegotiation === undefined ? new Uint8Array(0)'),
    terms12.without('!constantTimeEqual(info, expected)'),
  ),
  '3.5:1': held(
    "a renegotiation's hello has the client's verify_data",
    terms12.code('renegotiation?.client ?? new Uint8Array(0)'),
    terms12.without('renegotiation?.client ?? new Uint8Array(0)', 'new Uint8Array(0)'),
  ),
  '3.5:2': held(
    'and no signal',
    terms12.code('function bySignal'),
    terms12.without(
      'tls12?.renegotiationScsv === true && renegotiation === undefined',
      'tls12?.renegotiationScsv === true',
    ),
  ),
  '3.5:3': held(
    'a renegotiation whose ServerHello lacks renegotiation_info ends',
    terms12.code('RFC 5746 §3.5: a renegotiation without it'),
    terms12.without(
      'renegotiation !== undefined || tls12?.requireSecureRenegotiation',
      'tls12?.requireSecureRenegotiation',
    ),
  ),
  '3.5:4': held(
    'a client compares both halves with what the Finished said',
    terms12.code('function both('),
    terms12.without('!constantTimeEqual(info, expected)'),
    terms12.without(
      '!constantTimeEqual(info, expected)',
      '!constantTimeEqual(info.subarray(0, 12), expected.subarray(0, 12))',
    ),
    terms12.without(
      '!constantTimeEqual(info, expected)',
      '!constantTimeEqual(info.subarray(12), expected.subarray(12))',
    ),
  ),
  '3.5:5': like('3.5:4', 'or else ends the handshake'),
  '3.6:1': held(
    'a server looks for the signal',
    terms12.code('hello.cipher_suites.includes(TLS_EMPTY_RENEGOTIATION_INFO_SCSV)'),
    terms12.without('return info !== undefined || signal;', 'return info !== undefined;'),
  ),
  '3.6:2': held(
    'and for renegotiation_info',
    terms12.code('function checkClientRenegotiation'),
    terms12.without('return info !== undefined || signal;', 'return true;'),
  ),
  '3.6:3': held(
    'one that is not empty in a first handshake is refused',
    terms12.code('renegotiation_info of a first handshake is not empty'),
    terms12.without('info !== undefined && info.length > 0'),
  ),
  '3.6:4': held(
    'a server answers either by an empty one',
    terms12.code('if (terms.secureRenegotiation) {'),
    terms12.without('if (terms.secureRenegotiation) {', 'if (false as boolean) {'),
    terms12.without('return info !== undefined || signal;', 'return info !== undefined;'),
    terms12.without('return info !== undefined || signal;', 'return signal;'),
  ),
  '3.6:5': held(
    'a server ignores extensions that it does not know, and takes versions above its own',
    extensionRules.code('if (row === undefined) return;'),
    serverPrelude.code('candidate.version <= Math.min(hello.legacy_version, tls12)'),
    extensionRules.without(
      'if (row === undefined) return;',
      "if (row === undefined) throw new TlsError('ERR_TLS_DECODE', 'unknown');",
    ),
    serverPrelude.without(
      'candidate.version <= Math.min(hello.legacy_version, tls12)',
      'candidate.version === hello.legacy_version',
    ),
  ),
  '3.6:6': held(
    'no other extension answers what was not asked for',
    terms12.code('export function answerable'),
    terms12.without(
      'new Set([...sent, renegotiationInfoRow.type])',
      'new Set([...sent, renegotiationInfoRow.type, 0])',
    ),
    extensionRules.without('if (unsolicited) {', 'if (false) {'),
  ),
  '3.7:1': held(
    'a renegotiation of a hello with the signal is refused',
    terms12.code('TLS_EMPTY_RENEGOTIATION_INFO_SCSV in a renegotiation'),
    terms12.without('if (signal) throw', 'if (false as boolean) throw'),
  ),
  '3.7:2': like('3.7:1', 'or else the handshake ends'),
  '3.7:3': held(
    'and one without renegotiation_info',
    terms12.code('info === undefined || !constantTimeEqual(info, renegotiation.client)'),
    terms12.without(
      'info === undefined || !constantTimeEqual(info, renegotiation.client)',
      'info !== undefined && !constantTimeEqual(info, renegotiation.client)',
    ),
  ),
  '3.7:4': held(
    "and one with another verify_data than the client's",
    terms12.code('info === undefined || !constantTimeEqual(info, renegotiation.client)'),
    terms12.without('info === undefined || !constantTimeEqual(info, renegotiation.client)', 'info === undefined'),
  ),
  '3.7:5': held(
    'its ServerHello has the verify_data of both',
    terms12.code('new Uint8Array(0) : both(renegotiation);\n    answers.push'),
    terms12.without(
      'new Uint8Array(0) : both(renegotiation);\n    answers.push',
      'new Uint8Array(0) : renegotiation.client;\n    answers.push',
    ),
  ),
  '4.1:1': held(
    'a client that refuses a server without renegotiation_info says handshake_failure',
    terms12.code('the server has no renegotiation_info'),
    terms12.without('renegotiation !== undefined || tls12?.requireSecureRenegotiation !== false'),
  ),
  '4.2:1': held(
    'a client that does not renegotiate answers no_renegotiation, as a warning',
    standing.code("yield* warn('no_renegotiation_RESERVED')"),
    standing.without(
      "config.tls12?.renegotiation === 'accept' && mayRenegotiate(standing)",
      "config.tls12?.renegotiation === 'accept'",
    ),
  ),
  '4.2:2': notApplicable('a client that renegotiates without all this does so as follows', secureAlone),
  '4.2:3': notApplicable('it says renegotiation_info or the signal', secureAlone),
  '4.2:4': notApplicable('it looks for renegotiation_info in the ServerHello, which must not be there', secureAlone),
  '4.2:5': notApplicable('or else the handshake ends', secureAlone),
  '4.3:1': held(
    'servers that never renegotiate have renegotiation_info',
    terms12.code('if (terms.secureRenegotiation) {'),
    terms12.without(
      'secureRenegotiation: checkClientRenegotiation(config, hello)',
      "secureRenegotiation: tls12?.renegotiation === 'accept'",
    ),
  ),
  '4.4:1': held(
    'a server renegotiates with none that lacks it',
    standing.code('if (mayRenegotiate(standing) && (asked'),
    rules12.code('only TLS 1.2 renegotiates, and only where that is bound to what was'),
    standing.without('mayRenegotiate(standing) && (asked', '(asked'),
    rules12.without('tls12?.secureRenegotiation !== true || (', 'tls12 === undefined || ('),
    test.renegotiation12.test('no renegotiation of a client without secure renegotiation: no_renegotiation'),
    test.renegotiation12.test('nothing to a client that says nothing, and knows of it'),
  ),
  '4.4:2': notApplicable('its hello has no signal', secureAlone),
  '4.4:3': notApplicable('or else the handshake ends', secureAlone),
  '4.4:4': notApplicable('nor renegotiation_info', secureAlone),
  '4.5:1': notApplicable('clients of SSL 3.0 take renegotiation_info', ssl3),
  '4.5:2': notApplicable('and so do servers', ssl3),
};
