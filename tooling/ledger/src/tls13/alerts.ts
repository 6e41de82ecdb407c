/** RFC 9846 §6 and §7: alerts, closure, cryptographic computations. */

import {
  alerts,
  attempts,
  engine,
  engineAlerts,
  engineReceiving,
  exporter,
  nobleAgreement,
  nobleFfdhe,
  nobleMontgomery,
  server13,
  test,
  tlsError,
  why,
  writeSide,
} from '../files.ts';
import { held, notApplicable, type Rows } from '../row.ts';

const level = alerts.without("new Set(['close_notify', 'user_canceled',", "new Set(['close_notify',");

export const alertRows: Rows = {
  '6:1': held(
    'after an error alert no data is sent or received',
    engine.code('#die('),
    engine.without(
      "if (this.#closed || this.#closing) throw new TlsError('ERR_TLS_CLOSED', 'this side was closed');",
      '',
    ),
    test.closing.test('of the peer end the connection, with name, sender and state'),
    test.closing.test('is the end: nothing is taken or given any more'),
  ),
  '6:2': held(
    'the secrets of failed connections are forgotten',
    engine.code('#end('),
    engine.without(
      '#end(error: TlsError | undefined): void {\n    this.#closed = true;\n    this.#driver.cancel();',
      '#end(error: TlsError | undefined): void {\n    this.#closed = true;',
    ),
    test.secrets.test('no secret is left'),
  ),
  '6:3': held(
    'error alerts are fatal, whatever their level says',
    alerts.code('export function alertNamed'),
    engineReceiving.code('all others are errors'),
    alerts.without(
      'warnings.has(name) ? AlertLevel.values.warning : AlertLevel.values.fatal',
      'AlertLevel.values.warning',
    ),
    engineReceiving.without(
      'const { level, description } = decode(alert, content);',
      'const { level, description } = decode(alert, content);\n    if (level === 1 && description !== 0 && description !== 90) return false;',
    ),
    test.alert.test('is fatal, but for the alerts that end nothing by error (RFC 9846 §6.1)'),
    test.closing.test('are errors whatever their level, unknown ones too'),
  ),
  '6:4': held(
    'unknown alerts are errors',
    tlsError.code('static fromPeer'),
    engineReceiving.without(
      'const { level, description } = decode(alert, content);',
      'const { level, description } = decode(alert, content);\n    if (description > 121) return false;',
    ),
    test.closing.test('are errors whatever their level, unknown ones too'),
  ),
  '6:5': held(
    'what cannot be parsed is a decode_error',
    tlsError.code('static from('),
    tlsError.without('thrown instanceof DecodeError'),
    test.clientMisbehaviour.test('with a malformed extension'),
  ),
  '6:6': held(
    'what is well-formed and wrong is an illegal_parameter',
    attempts.code("error.code === 'invalid-share'"),
    attempts.without("error.code === 'invalid-share'"),
    test.misbehaviour.test('a share of low order'),
    test.clientMisbehaviour.test('with a share'),
  ),
  '6.1:1': held(
    'what comes behind a closure alert is ignored',
    engine.code('#receiveClose()'),
    engine.without('  #receiveClose(): void {\n    this.#readClosed = true;', '  #receiveClose(): void {'),
    test.closing.test('is the end: what comes behind it is ignored'),
  ),
  '6.1:2': held(
    'user_canceled is a warning',
    alerts.code("'user_canceled'"),
    level,
    test.closing.test('during the handshake tells user_canceled and close_notify'),
  ),
  '6.1:3': held(
    'and a close_notify follows it',
    engineAlerts.code('It is followed by a close_notify'),
    engineAlerts.without("    write.alert('close_notify');\n    return connected", '    return connected'),
    test.closing.test('during the handshake tells user_canceled and close_notify'),
  ),
  '6.1:4': held(
    'who closes sends a close_notify before',
    engine.code('#sendClose()'),
    writeSide.without("    this.#closed = true;\n    this.alert('close_notify');", '    this.#closed = true;'),
    test.closing.test('ends one direction, the other goes on'),
  ),
  '6.1:5': held(
    'the end of data is a close_notify, not the end of the transport',
    engine.code('#checkTruncation()'),
    engine.without('if (this.#inputEnded) this.#checkTruncation();', ''),
    test.closing.test('a transport that ends without it is truncation'),
  ),
  '6.2:1': held(
    'a fatal alert ends the connection, on both sides',
    engine.code('#die('),
    engineReceiving.without(
      'throw TlsError.fromPeer(canceled ? user_canceled : description, driver.state);',
      'return false;',
    ),
    test.closing.test('of the peer end the connection, with name, sender and state'),
  ),
  '6.2:2': held(
    'a fatal error ends the connection, without another word',
    engine.code('#die('),
    engine.without(
      "if (this.#closed || this.#closing) throw new TlsError('ERR_TLS_CLOSED', 'this side was closed');",
      '',
    ),
    test.closing.test('is the end: nothing is taken or given any more'),
  ),
  '6.2:3': held(
    'the alert that is sent is the one that the RFC names',
    { kind: 'code', file: 'packages/tls-alerts/src/table.ts', text: 'export function alertFor' },
    test.clientMisbehaviour.test('with compression for null'),
    engine.without(
      "if (error.sentBy === 'us') error.alert = this.#sendAlert(alertOf(error, this.#spoken.number, this.#alertFor));",
      '',
    ),
  ),
};

export const computations: Rows = {
  '7.4.2:1': held(
    'secrets of elliptic curves keep their leading zeros',
    { kind: 'code', file: 'packages/tls-crypto-node/src/ecdh.ts', text: 'leading zero octets' },
    nobleFfdhe.code('left-padded with zeros'),
    nobleAgreement.without(
      'point.slice(1, 1 + length)',
      'point.slice(1, 1 + length).filter((octet, i, all) => octet !== 0 || all.subarray(0, i).some(before => before !== 0))',
    ),
  ),
  '7.4.2:2': held(
    'a secret of zeros ends the handshake',
    nobleMontgomery.code('isAllZero(secret)'),
    attempts.code("error.code === 'invalid-share'"),
    attempts.without("error.code === 'invalid-share'"),
    test.misbehaviour.test('a share of zeros'),
    test.misbehaviour.test('a share of low order'),
    test.nobleMore.test('refuses shares of low order and of another length (RFC 9846 §7.4.2)'),
  ),
  '7.5:1': held(
    'exporters use the exporter_secret',
    exporter.code('export class ExporterSecret'),
    server13.code('EXPORTER_SECRET'),
    server13.without('main.exporter(finishedHash)', 'main.exporter(helloHash)'),
    test.handshake.test('gives both sides the same keying material, and another for another label, context or length'),
    test.schedule.test('follows the formula of RFC 9846 §7.5'),
  ),
  '7.5:2': notApplicable('uses to come do not tell an empty context from none', why.specification),
};
