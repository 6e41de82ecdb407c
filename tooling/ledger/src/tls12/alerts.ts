/** RFC 5246 §7.1 and §7.2: ChangeCipherSpec and alerts. */
import {
  alerts as alertRegistry,
  alertTable,
  connectionSettings,
  engine,
  finished12,
  rules12,
  sessionKeep12,
  renegotiation as standing,
  test,
} from '../files.ts';
import { held, like, type Rows } from '../row.ts';

const forgotten = engine.without('if (error.alert !== undefined) this.#spoken.earlier?.endsBy(error.alert);', '');
const givenUp = (name: string) =>
  alertTable.without(
    "ERR_TLS_BAD_RECORD_MAC: { kind: 'protocol', alert: 'bad_record_mac'",
    `ERR_TLS_BAD_RECORD_MAC: { kind: 'protocol', alert: 'bad_record_mac', alert12: '${name}_RESERVED'`,
  );

export const alerts: Rows = {
  '7.1:1': held(
    'behind our change_cipher_spec our new keys are in force',
    finished12.code('export function* sendFinished'),
    finished12.without(
      "yield* sendChangeCipherSpec();\n  yield* keys.install('write', side);",
      "yield* keys.install('write', side);\n  yield* sendChangeCipherSpec();",
    ),
  ),
  '7.1:2': held(
    'and are used',
    finished12.code("keys.install('write', side)"),
    finished12.without("  yield* keys.install('write', side);", ''),
  ),
  '7.2:1': held(
    'a fatal alert ends the session: nobody resumes it by its ID',
    rules12.code('after a fatal alert nobody resumes the session'),
    sessionKeep12.code('export function forgetServerSession'),
    forgotten,
    sessionKeep12.without('if (cached !== undefined) quietly(() => tls12?.sessions?.remove(sessionId));', ''),
  ),
  '7.2.1:1': held(
    'a close_notify is answered by another, behind what was written before, which RFC 9846 §6.1 does not throw away',
    connectionSettings.code('allowHalfOpen'),
    connectionSettings.without(
      "boolean('allowHalfOpen', options.allowHalfOpen, false)",
      "boolean('allowHalfOpen', options.allowHalfOpen, true)",
    ),
  ),
  '7.2.2:1': held(
    'after it keys and secrets are forgotten, by clients that keep sessions too',
    engine.code('#end('),
    sessionKeep12.code('what forgets it, for connections that end by a fatal alert'),
    forgotten,
    sessionKeep12.without('return () => wipe(session.psk);', 'return () => {};'),
  ),
  '7.2.2:2': like('7.2:1', 'a connection that ended by a fatal alert is not resumed'),
  '7.2.2:3': held(
    'what is fatal is told before the connection ends',
    engine.code('#die('),
    engine.without(
      "if (error.sentBy === 'us') error.alert = this.#sendAlert(alertOf(error, this.#spoken.number, this.#alertFor));",
      '',
    ),
  ),
  '7.2.2:4': held(
    'at the level fatal, be it one that is a warning elsewhere',
    alertRegistry.code('export function endingAlert'),
    alertRegistry.without('...(closures.has(name) ? {} : { level: AlertLevel.values.fatal })', ''),
    test.alert.test('is fatal but for the closure alerts, no_renegotiation too (RFC 5246 §7.2.2)'),
    standing.code('function* decline('),
    standing.without("if (tls12?.renegotiation === 'abort') {", "if (tls12?.renegotiation === ('' as string)) {"),
    test.renegotiationPolicy12.test('hears no_renegotiation, which is fatal'),
  ),
  '7.2.2:5': like('6.2.3.2:3', 'padding and lengths that are wrong are a bad_record_mac'),
  '7.2.2:6': held(
    'decryption_failed is not sent',
    alertTable.code('ERR_TLS_BAD_RECORD_MAC'),
    givenUp('decryption_failed'),
  ),
  '7.2.2:7': held('nor no_certificate', alertTable.code('ERR_TLS_CERTIFICATE_REQUIRED'), givenUp('no_certificate')),
  '7.2.2:8': held('nor export_restriction', alertTable.code('ERR_TLS_DH_PARAM_SIZE'), givenUp('export_restriction')),
};
