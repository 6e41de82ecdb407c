/** RFC 6066: extensions. */
import {
  applicationRows,
  certificateRows,
  certificates12,
  clientPrelude,
  driver,
  engineRecordLimits,
  extensionRules,
  legacyRows,
  maxFragmentLength,
  ocspChecker,
  reader,
  recordLimits,
  server12,
  serverFlight12,
  serverPrelude,
  sessionChoice12,
  statusRequests,
  terms12,
  test,
  transcript,
  why,
} from '../files.ts';
import { held, notApplicable, type Rows } from '../row.ts';

const url = 'client_certificate_url is not offered, nor known to our server, which ignores it';
const authorities =
  'trusted_ca_keys is not offered, nor known to our server, which ignores it; certificate_authorities has its place';
const pkiPath = 'of the type application/pkix-pkipath, which only client_certificate_url has';

const answeredName = server12.without(
  'acknowledges ? [makeExtension(serverNameRow',
  'false ? [makeExtension(serverNameRow',
);

export const extensions: Rows = {
  '1.1:1': held(
    'messages that extensions bring are in what the Finished are over',
    driver.code('this.#transcript?.add(raw);'),
    transcript.without(
      'if (this.#context !== undefined) this.#kept?',
      'if (message[0] === 22) return;\n    if (this.#context !== undefined) this.#kept?',
    ),
  ),
  '1.1:2': held(
    'the ServerHello of a session that resumes has none of these extensions',
    sessionChoice12.code('answered: { ...chosen, maxFragmentLength: undefined }'),
    terms12.code('if (terms.truncatedHmac && !resumed)'),
    sessionChoice12.without('answered: { ...chosen, maxFragmentLength: undefined }', 'answered: chosen'),
    terms12.without('terms.truncatedHmac && !resumed', 'terms.truncatedHmac'),
    server12.without('serverName !== undefined && found === undefined &&', 'serverName !== undefined &&'),
  ),
  '3:1': held(
    'server_name is a ServerNameList',
    applicationRows.code('const serverNameList'),
    applicationRows.code('export const serverNameRow'),
    clientPrelude.without('name_type: NameType.values.host_name, name: ascii', 'name_type: 1, name: ascii'),
  ),
  '3:2': held(
    'with one name of a type at most: illegal_parameter',
    serverPrelude.code('server_name has two names of one type'),
    serverPrelude.without('new Set(list.map(entry => entry.name_type)).size < list.length'),
  ),
  '3:3': notApplicable('name types to come begin with a length', why.specification),
  '3:4': held(
    'a server that goes by the name says server_name in its ServerHello',
    server12.code('function acknowledgedName'),
    answeredName,
  ),
  '3:5': held(
    'empty; a client refuses any other: decode_error',
    applicationRows.code('SH12: Empty'),
    extensionRules.code('decode(codec, extension.extension_data);'),
    extensionRules.without('decode(codec, extension.extension_data);', 'void decode;'),
  ),
  '3:6': held(
    'a session does not resume for another name',
    sessionChoice12.code('session.serverName === serverName'),
    sessionChoice12.without('session.serverName === serverName &&', ''),
  ),
  '3:7': held(
    'a ServerHello that resumes has no server_name',
    server12.code('function acknowledgedName'),
    server12.without('serverName !== undefined && found === undefined &&', 'serverName !== undefined &&'),
  ),
  '4:1': held(
    'max_fragment_length is one of four codes',
    maxFragmentLength.code('export function offerMaxFragmentLength'),
    maxFragmentLength.without('Math.log2(length) - 8', 'Math.log2(length) - 9'),
  ),
  '4:2': held(
    'and the answer is the same',
    maxFragmentLength.code('export function answerMaxFragmentLength'),
    maxFragmentLength.without(
      'makeExtension(maxFragmentLengthRow, message, codeOf(length))',
      'makeExtension(maxFragmentLengthRow, message, 1)',
    ),
  ),
  '4:3': held(
    'a server refuses any other code: illegal_parameter',
    maxFragmentLength.code('max_fragment_length has no value'),
    maxFragmentLength.without('if (length === undefined) throw', 'if (false as boolean) throw'),
    test.recordLimits.test('for no length that there is'),
  ),
  '4:4': held(
    'a client refuses another code than its own: illegal_parameter',
    maxFragmentLength.code('which was not asked for'),
    maxFragmentLength.without('code !== codeOf(maxFragmentLength)'),
    test.recordLimits.test('another length'),
  ),
  '4:5': held(
    'from then on both cut what they send, handshake messages too',
    recordLimits.code('export function* limitRecords'),
    recordLimits.without("{ direction: 'write', size: maxFragmentLength - type, ...common },", ''),
  ),
  '4:6': held(
    'a record longer than any protection makes of the length is a record_overflow, and not opened',
    engineRecordLimits.code('checkWire('),
    engineRecordLimits.without('if (length > this.limit.size + MAX_EXPANSION)', 'if (false as boolean)'),
  ),
  '5:1': notApplicable('client_certificate_url is empty', url),
  '5:2': notApplicable('and so is the answer', url),
  '5:3': notApplicable('each url is absolute', url),
  '5:4': notApplicable('the padding is 0x01', url),
  '5:5': notApplicable('servers fetch the chain', url),
  '5:6': notApplicable('by http at least', url),
  '5:7': notApplicable('and follow no redirects', url),
  '5:8': notApplicable('nor do urls need any', url),
  '5:9': notApplicable('the MIME types are such', url),
  '5:10': notApplicable('the hash is compared', url),
  '5:11': notApplicable('or bad_certificate_hash_value', url),
  '5:12': notApplicable('and what cannot be had is certificate_unobtainable', url),
  '6:1': notApplicable('trusted_ca_keys is a TrustedAuthorities', authorities),
  '6:2': notApplicable('a server that goes by it says so', authorities),
  '6:3': notApplicable('by an empty extension', authorities),
  '7:1': held(
    'truncated_hmac is empty, in either hello',
    legacyRows.code('export const truncatedHmacRow'),
    extensionRules.without('decode(codec, extension.extension_data);', 'void decode;'),
  ),
  '7:2': held(
    'MACs have ten bytes from then on, for as long as the session',
    { kind: 'code', file: 'packages/tls-record/src/tls12/mac.ts', text: 'truncated ? TRUNCATED_LENGTH' },
    terms12.code('truncatedHmac: resumed === undefined ? has(truncatedHmacRow.type) : resumed.truncatedHmac === true'),
    terms12.without(
      'has(truncatedHmacRow.type) : resumed.truncatedHmac === true',
      'has(truncatedHmacRow.type) : false',
    ),
    {
      kind: 'mutation',
      file: 'packages/tls-record/src/tls12/mac.ts',
      find: 'truncated ? TRUNCATED_LENGTH : hash.outputLength',
      replace: 'hash.outputLength',
    },
  ),
  '8:1': held(
    'status_request is a CertificateStatusRequest, for OCSP',
    statusRequests.code('export function statusRequests'),
    certificateRows.code('const certificateStatusRequest'),
    statusRequests.without('request_extensions: new Uint8Array(0)', 'request_extensions: new Uint8Array(1)'),
  ),
  '8:2': notApplicable(
    'a nonce of OCSP is an OCTET STRING in another',
    'no extensions of OCSP are asked for: a stapled response answers many',
  ),
  '8:3': held(
    'a CertificateStatus comes behind an empty status_request in the ServerHello alone',
    terms12.code('if (terms.status) answers.push'),
    serverFlight12.code("shows && mayHaveStatus ? 'optional' : 'absent'"),
    terms12.without('if (terms.status) answers.push', 'if (false as boolean) answers.push'),
    serverFlight12.without("shows && mayHaveStatus ? 'optional' : 'absent'", "shows ? 'optional' : 'absent'"),
  ),
  '8:4': held(
    'and to a client that asked alone',
    certificates12.code('export function* staples'),
    certificates12.without(
      'status === CertificateStatusType.values.ocsp ? yield* staple(ocsp) : undefined',
      'yield* staple(ocsp)',
    ),
    extensionRules.without('if (unsolicited) {', 'if (false) {'),
  ),
  '8:5': held(
    'a client judges the response, or says bad_certificate_status_response',
    ocspChecker.code('function* judgeStaple'),
    ocspChecker.without("asked.status === 'unknown' && stapled.mustEnd"),
  ),
  '9:1': notApplicable(
    'the alerts of this RFC go to peers that sent extensions',
    'unrecognized_name is sent where an application says so, and the others for extensions that the peer sent',
  ),
  '10.1:1': notApplicable('certificates are of RFC 5280', pkiPath),
  '10.1:2': notApplicable('in DER', pkiPath),
  '11.1:1': notApplicable('a name in the application protocol is that of server_name', why.application),
  '11.1:2': held(
    'whatever the lengths in server_name say, nothing beyond its bytes is read',
    reader.code('Reads never pass the end'),
    reader.without('length > this.end - at'),
  ),
};
