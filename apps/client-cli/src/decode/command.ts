import type { Command } from '../command.ts';
import { runDecode } from './decode.ts';
import { decodeOptions } from './options.ts';

export const decode: Command = {
  usage: ['tlskit decode FILE|-|HEX [options]'],
  summary: 'says what bytes are: records, messages, certificates, keys, captures',
  about: [
    'Prints every byte with the name of its field: records and handshake messages of TLS, certificates, CRLs, OCSP responses, requests and keys, and captures (pcap, pcapng), whose connections are put together and opened with the secrets inside or of --keylog. What it is and how it is written (hexadecimal, base64, PEM, binary) is found out.',
  ],
  options: { Options: decodeOptions },
  run: runDecode,
  notes: [
    'A file that exists is a FILE; other hexadecimal digits are what is to be decoded. Where something is malformed the exit code is 5, and all that could be read is shown.',
  ],
  examples: [
    ['tlskit decode tls.pcapng --brief', 'what the connections of a capture were about'],
    ['tlskit decode capture.pcap --keylog keys.txt --connection 2 --json', 'one of them, opened, for programs'],
    ['openssl x509 -in leaf.pem | tlskit decode -', 'a certificate, byte for byte'],
  ],
  operands: 'file',
};
