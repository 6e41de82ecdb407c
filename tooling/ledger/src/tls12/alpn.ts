/** RFC 7301: ALPN. */
import { alpnNames, applicationRows, renegotiation as standing, test } from '../files.ts';
import { held, notApplicable, type Rows } from '../row.ts';

export const alpn: Rows = {
  '2:1': notApplicable('words in capitals mean what RFC 2119 says', 'the words of the RFC itself'),
  '3.1:1': held(
    'the extension is a list of names',
    applicationRows.code('const protocolNameList'),
    alpnNames.code('export function offerAlpn'),
    applicationRows.without(
      'opaqueVector(1, 2 ** 8 - 1), 2, 2 ** 16 - 1',
      'opaqueVector(1, 2 ** 16 - 1), 2, 2 ** 16 - 1',
    ),
  ),
  '3.1:2': held(
    'none of them is empty, or cut short: ours are refused as options, those of a peer by decode_error',
    alpnNames.code('export function encodeAlpnName'),
    applicationRows.code('const protocolNameList'),
    applicationRows.without(
      'opaqueVector(1, 2 ** 8 - 1), 2, 2 ** 16 - 1',
      'opaqueVector(0, 2 ** 8 - 1), 2, 2 ** 16 - 1',
    ),
    applicationRows.without(
      'opaqueVector(1, 2 ** 8 - 1), 2, 2 ** 16 - 1',
      'opaqueVector(1, 2 ** 8 - 1), 0, 2 ** 16 - 1',
    ),
    test.alpnNames.test('are bytes, each a character'),
    alpnNames.without('name.length === 0 || name.length > 255 ||', ''),
  ),
  '3.1:3': held(
    'a server answers by one name; a client refuses several: illegal_parameter',
    alpnNames.code('the server chose several protocols'),
    alpnNames.without('name === undefined || others.length > 0', 'name === undefined'),
    test.misbehaviour.test('two protocols'),
  ),
  '3.2:1': held(
    'a server without a protocol in common says no_application_protocol',
    alpnNames.code('ERR_TLS_NO_APPLICATION_PROTOCOL'),
    alpnNames.without("protocol === undefined && alpnMismatch === 'refuse'"),
    test.handshake.test('refuses ALPN without a protocol in common, unless told to ignore it'),
  ),
  '3.2:2': held(
    'what it chose holds, and no renegotiation is about it',
    alpnNames.code('export function agreedAlpn'),
    standing.code('export function withProtocol'),
    standing.without('return renegotiation === undefined ? parameters :', 'return (true as boolean) ? parameters :'),
    standing.without('const anew = { ...within(standing), alpn: [],', 'const anew = { ...within(standing),'),
  ),
  '3.2:3': notApplicable('who chose a protocol speaks it', 'the protocol is the application’s, which is told'),
};
