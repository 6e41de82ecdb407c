/** What the view of keys says. Names of secrets, labels and formulas are the RFCs' and stay as they are. */
import type { Sender } from '@tlskit/tls-inspect';

const ends: Record<Sender, string> = { client: 'client', server: 'server' };
const Ends: Record<Sender, string> = { client: 'Client', server: 'Server' };
const bytes = (count: number) => (count === 1 ? '1 byte' : `${count} bytes`);

export const keyTexts = {
  bytes,
  /** Both have a `finished_key`, and other things of one name. */
  node: (name: string, whose: Sender | undefined) =>
    whose === undefined || name.startsWith(whose) ? name : `${name} (${ends[whose]})`,
  waiting: 'Working out the keys…',
  end: 'As computed by the',
  ends,

  schedule: {
    title: 'Key schedule',
    lead: {
      '1.3':
        'Every secret grows out of the ones above it. What the client sends is protected under the left side, what the server sends under the right.',
      '1.2':
        'One pseudorandom function makes everything: the master secret, the key block that is cut into keys, and the proof that both saw the same handshake.',
    },
    tree: 'Key schedule, as a tree',
    count: (there: number, all: number) => `${there} of ${all} computed`,
    fresh: 'new',
    toCome: 'to come',
    noContext: 'no context',
    noMessages: 'no messages',
    nothing: 'No keys were made.',
  },

  details: {
    title: 'Chosen node',
    toCome: 'Not computed yet at this step.',
    prompt: 'Choose a node.',
    from: 'Made of',
    into: 'Makes',
    brought: {
      '0': 'A string of zeros, as long as the hash: it stands for a secret that is not there.',
      PSK: 'The pre-shared key: both have it from before.',
      'shared secret': 'What the key exchange gave to both, and to nobody else.',
      pre_master_secret: 'What the key exchange gave to both, and to nobody else.',
      master_secret: 'Kept from the session that is resumed.',
    } as Readonly<Record<string, string>>,
    length: 'Length',
    label: 'Label',
    context: 'Context',
    seed: 'Seed',
    empty: 'empty',
    over: 'The hash is over',
    emptyHash: 'The hash of no message at all.',
    value: 'Value',
    keyLog: 'In a key log',
    protects: 'Protects',
    sent: 'Sent in',
    noRecords: 'no record',
    record: (number: number) => `Record ${number}`,
    hkdfLabel: 'HkdfLabel, byte for byte',
    rounds: 'The PRF, step by step',
  },

  part: {
    length: 'length',
    label: 'label',
    context: 'context',
    padding: '64 spaces',
    separator: 'separator',
    hash: 'transcript hash',
    note: {
      padding: 'octet 32, so that no other signature has this beginning',
      separator: 'one octet 0',
    } as Readonly<Record<string, string>>,
    at: (offset: number, size: number) => `${bytes(size)} at ${offset}`,
  },

  transcript: {
    title: 'Transcript',
    lead: {
      '1.3':
        'The hash of all handshake messages so far, headers included. Whoever changes a message changes every hash from there on, and with it every secret, signature and MAC that is made of one.',
      '1.2':
        'The hash of all handshake messages so far, headers included. Whoever changes a message changes every hash from there on, and with it each Finished. The master secret is made of one only with extended_master_secret: that up to ClientKeyExchange.',
    },
    table: 'Transcript hash after each message',
    after: 'After',
    size: 'Bytes so far',
    hash: 'Hash',
    taken: 'Taken by',
    signed: (by: Sender, message: string) => `${ends[by]} ${message}`,
    toCome: 'to come',
    unknown: 'which hash is not agreed on yet',
    truncated: (left: number) => `without its last ${bytes(left)}, the binders`,
    retry: 'RFC 9846 §4.1: behind a HelloRetryRequest the first ClientHello gives way to a message_hash with its hash.',
    retryParts: 'What stands for ClientHello1',
    bytesOf: { type: 'type 254', length: 'length', hash: 'Hash(ClientHello1)' } as Readonly<Record<string, string>>,
  },

  signatures: {
    title: 'Signatures',
    lead: 'The exact bytes under each signature, put together here from the messages that this end has.',
    none: {
      known: 'Nothing is signed in this handshake: both prove that they know the secret of before.',
      rsa: 'Nothing is signed in this handshake: the server proves itself by decrypting the premaster secret, which takes the private key of its certificate.',
      broken: 'This handshake did not come as far as a signature.',
    },
    of: (by: Sender, message: string) => `${Ends[by]}’s ${message}`,
    over: (range: string) => `Transcript-Hash(${range})`,
    signed: (size: number) => `${bytes(size)} signed`,
    scheme: 'Scheme',
    key: 'Key',
    unknownKey: 'none that can be read',
    signature: 'Signature',
    good: 'This page checked it with the key of the certificate: it is good.',
    bad: 'This page checked it with the key of the certificate: it is not good.',
    unchecked: 'It could not be checked here.',
    toCome: 'Not sent yet at this step.',
    all: 'all messages so far, as they are',
  },

  block: {
    title: 'Key block',
    lead: 'As many bytes as the suite’s keys need, cut in the order of RFC 5246 §6.3.',
    aead: 'This cipher authenticates by itself: there are no MAC keys.',
    cbc: 'Records bring their own IV: the block has none.',
    part: 'Part',
    offset: 'Offset',
    length: 'Length',
    value: 'Value',
    sum: 'Together',
  },

  prf: {
    round: (number: number) => `A(${number})`,
    block: 'output',
    used: (size: number) => `${bytes(size)} of it used`,
  },
} as const;
