/** The tables of the Learn view, without a page: they have what the registries have, and say what the library does. */
import { AlertDescription, alertFor, errorTable, type TlsErrorCode } from '@tlskit/tls-alerts';
import { AnyCipherSuite, allExtensionRows, ExtensionType } from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import { run } from '../src/lab/run.ts';
import { choices, defaults, settled } from '../src/lab/settings.ts';
import { alertRows } from '../src/learn/alerts.ts';
import { extensionInfos, places } from '../src/learn/extensions.ts';
import { suiteRows, wholeProvider } from '../src/learn/suites.ts';
import { texts as alertTexts } from '../src/texts/alerts.ts';
import { texts as extensionTexts } from '../src/texts/extension-table.ts';

describe('the table of alerts', () => {
  it('has every alert, with a text of its own', () => {
    expect(Object.fromEntries(alertRows.map(({ name, number }) => [name, number]))).toEqual(AlertDescription.values);
    expect(Object.keys(alertTexts.alert).sort()).toEqual(Object.keys(AlertDescription.values).sort());
    expect(new Set(Object.values(alertTexts.alert).map(({ when }) => when)).size).toBe(alertRows.length);
  });

  it('names each error once, at the alert that it makes', () => {
    const codes = Object.keys(errorTable) as TlsErrorCode[];
    expect(alertRows.flatMap(row => row.codes).sort()).toEqual(
      codes.filter(code => alertFor(code) !== undefined).sort(),
    );
    for (const { name, codes, codes12 } of alertRows) {
      for (const code of codes) expect(alertFor(code)).toBe(name);
      for (const code of codes12) expect(alertFor(code, 0x0303)).toBe(name);
    }
  });

  it('has the levels that they go out with', () => {
    const others = alertRows.filter(({ levels }) => levels.join() !== 'fatal');
    expect(Object.fromEntries(others.map(({ name, levels }) => [name, levels]))).toEqual({
      close_notify: ['warning'],
      user_canceled: ['warning'],
      no_renegotiation_RESERVED: ['warning', 'fatal'],
    });
  });
});

describe('the table of extensions', () => {
  it('has every extension, with a text of its own', () => {
    expect(Object.fromEntries(extensionInfos.map(({ name, number }) => [name, number]))).toEqual(ExtensionType.values);
    expect(Object.keys(extensionTexts.extension).sort()).toEqual(Object.keys(ExtensionType.values).sort());
  });

  it('has a place for each message that a codec is for', () => {
    for (const row of allExtensionRows) {
      const info = extensionInfos.find(({ number }) => number === row.type);
      // RFC 8422 §5.2 has no place for it in a ServerHello of TLS 1.2: it is let pass, no more.
      const tolerated = row.name === 'supported_groups' ? ['SH12'] : [];
      expect(info?.messages, row.name).toEqual(Object.keys(row.in).filter(message => !tolerated.includes(message)));
      for (const message of Object.keys(row.in)) expect(places).toContain(message);
    }
  });

  it('knows what each version looks for', () => {
    const usedBy = (name: string) => extensionInfos.find(info => info.name === name)?.usedBy;
    expect(usedBy('key_share')).toEqual(['TLS 1.3']);
    expect(usedBy('extended_master_secret')).toEqual(['TLS 1.2']);
    expect(usedBy('server_name')).toEqual(['TLS 1.3', 'TLS 1.2']);
    expect(usedBy('srp')).toEqual([]);
  });
});

describe('the suite explorer', async () => {
  const rows = suiteRows(await wholeProvider());
  const row = (name: string) => rows.find(each => each.name === name);

  it('has every suite', () => {
    expect(Object.fromEntries(rows.map(({ name, code }) => [name, code]))).toEqual(AnyCipherSuite.values);
  });

  it('takes every name apart, but for those that only signal', () => {
    expect(rows.filter(({ version }) => version === 'none').map(({ name }) => name)).toEqual([
      'TLS_EMPTY_RENEGOTIATION_INFO_SCSV',
      'TLS_FALLBACK_SCSV',
    ]);
  });

  it('says what a name says', () => {
    expect(row('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256')).toMatchObject({
      ...{ version: '1.2', keyExchange: 'ECDHE', authentication: 'RSA', cipher: 'AES', mode: 'CBC', mac: 'SHA256' },
      ...{ hash: 'SHA256', forwardSecrecy: 'yes', keyBits: 128, iv: [0, 16], tag: 0, use: 'legacy' },
    });
    expect(row('TLS_CHACHA20_POLY1305_SHA256')).toMatchObject({
      ...{ version: '1.3', keyExchange: 'any', authentication: 'any', cipher: 'CHACHA20', mode: 'POLY1305' },
      ...{ hash: 'SHA256', forwardSecrecy: 'exchange', keyBits: 256, iv: [12, 0], tag: 16, use: 'default' },
    });
    expect(row('TLS_RSA_WITH_AES_256_GCM_SHA384')).toMatchObject({ forwardSecrecy: 'no', use: 'legacy', iv: [4, 8] });
    expect(row('TLS_AES_128_CCM_SHA256')).toMatchObject({ use: 'named', cipher: 'AES', mode: 'CCM' });
    expect(row('TLS_AEGIS_128L_SHA256')).toMatchObject({ version: '1.3', cipher: 'AEGIS_128L', use: 'never' });
    expect(row('TLS_DH_anon_WITH_AES_128_CBC_SHA')).toMatchObject({ forwardSecrecy: 'yes', use: 'legacy' });
    expect(row('TLS_RSA_EXPORT_WITH_RC4_40_MD5')).toMatchObject({ version: '≤ 1.0', use: 'never', keyBits: 40 });
    for (const name of ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', 'TLS_RSA_WITH_DES_CBC_SHA', 'TLS_RSA_WITH_IDEA_CBC_SHA'])
      expect(row(name)?.hash, name).toBe('MD5+SHA-1');
    expect(row('TLS_RSA_WITH_3DES_EDE_CBC_SHA')?.hash).toBe('SHA256');
    for (const mac of ['SHA256', 'SHA384'])
      expect(row(`TLS_${mac}_${mac}`)).toMatchObject({
        version: '1.3',
        keyExchange: 'any',
        cipher: 'NULL',
        mac,
        hash: mac,
      });
    expect(row('TLS_GOSTR341112_256_WITH_MAGMA_MGM_S')).toMatchObject({
      ...{ version: '1.3', keyExchange: 'any', authentication: 'any', cipher: 'MAGMA', mode: 'MGM_S' },
      ...{ hash: 'GOSTR341112_256', forwardSecrecy: 'exchange' },
    });
  });

  it('can try what this page can run, and nothing else', async () => {
    const tried = rows.filter(({ settings }) => settings !== undefined);
    const { values } = choices.suite;
    expect(tried.map(({ name }) => name).sort()).toEqual([...new Set([...values['1.3'], ...values['1.2']])].sort());
    for (const { name, settings, use } of tried) {
      expect(use, name).not.toBe('never');
      const { connection } = await run(settled({ ...defaults(settings!.version), ...settings }));
      expect(connection.info?.cipherSuite.name).toBe(name);
    }
  });
});
