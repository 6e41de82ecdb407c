/** What the guided tours say; the order and the names of steps are those of learn/tours.ts. */

interface StepText {
  readonly title: string;
  /** Two to four sentences. */
  readonly text: string;
  /** Where the RFC says so. */
  readonly section: string;
}

export const texts = {
  panel: {
    label: (tour: string) => `Guided tour: ${tour}`,
    of: (step: number, all: number) => `${step} of ${all}`,
    back: 'Back',
    next: 'Next',
    end: 'End',
    before: 'In the connection before',
    elsewhere: 'The connection that is shown has no such place: its settings are others than those of this tour.',
    own: 'Back to the settings of the tour',
  },

  tours: {
    tls13: {
      name: 'TLS 1.3',
      lead: 'A full handshake in one round trip: two shares, a certificate, and keys that nobody else can compute.',
      steps: {
        hello: {
          title: 'The client offers everything at once',
          text: 'The first message lists what the client can do: cipher suites, groups, signature schemes, and in the extension supported_versions the versions of TLS. Its outer form is that of TLS 1.2: legacy_version says 0x0303, and the session ID is there only so that old equipment on the way sees what it knows. Nothing is encrypted yet, but everything counts: this message is the first in the transcript that both ends hash.',
          section: 'RFC 9846 §4.2.2, §E.4',
        },
        share: {
          title: 'A key share, before anybody asked',
          text: 'The client has made a fresh key pair for the group that it expects the server to take, and sends the public half along. If the guess is right, the server can compute keys at once, and a full handshake takes a single round trip. If it is wrong, the server asks for another share with a HelloRetryRequest.',
          section: 'RFC 9846 §4.3.8',
        },
        answer: {
          title: 'The server has chosen',
          text: 'ServerHello names one cipher suite, and in its extensions the version and the share of the server. A suite of TLS 1.3 is only an AEAD and a hash; key exchange and signature are negotiated apart from it. With both shares on the table, each end computes the same secret by Diffie–Hellman, while somebody who saw both messages cannot.',
          section: 'RFC 9846 §4.2.3',
        },
        handshakeKeys: {
          title: 'The first keys',
          text: 'HKDF-Extract mixes the secret of the key exchange into the Handshake Secret. Two traffic secrets come of it, one for each direction, bound to the hash of ClientHello and ServerHello. From here on, the handshake itself is encrypted; who the server is has not been shown yet.',
          section: 'RFC 9846 §7.1, §7.3',
        },
        encrypted: {
          title: 'The first protected record',
          text: 'On the wire the record claims to be application data; its real type is the last byte of what was encrypted. EncryptedExtensions answers whatever need not be public, such as the application protocol. Only ServerHello itself had to stay in the clear, because the keys depend on it.',
          section: 'RFC 9846 §4.4.1, §5.2',
        },
        certificate: {
          title: 'Who the server says it is',
          text: 'The chain starts with the certificate of the server, whose key it is about to use. The client verifies it up to an authority that it trusts and compares the name with the one it wanted. Under these keys only active attackers can see which certificate it was; in TLS 1.2 everybody could.',
          section: 'RFC 9846 §4.5.1',
        },
        signature: {
          title: 'The server proves it',
          text: 'A certificate is public, so that showing one proves nothing. The signature does: it covers the hash of all messages up to the certificate, both shares included, behind 64 spaces and a label that no other use of the key has. Whoever stands in between with shares of their own ends with another transcript, for which they have no signature.',
          section: 'RFC 9846 §4.5.2',
        },
        serverFinished: {
          title: 'Nothing was changed on the way',
          text: 'Finished is an HMAC over the transcript, with a key made of the traffic secret of its sender. It confirms that both ends have the same keys and have seen the same messages, the offers in the clear among them. After it the server may send data, though it does not know yet whether the client is there.',
          section: 'RFC 9846 §4.5.3',
        },
        clientFinished: {
          title: 'The client agrees',
          text: 'The client answers with a Finished of its own, over a transcript that now holds that of the server too. Had the server asked for a certificate, Certificate and CertificateVerify of the client would stand before it. For the client the handshake is complete: its data can follow right behind.',
          section: 'RFC 9846 §4.5.3, §2',
        },
        applicationKeys: {
          title: 'Keys for the data',
          text: 'The Main Secret follows from the Handshake Secret, with nothing new mixed in. Its traffic secrets are bound to the transcript up to the Finished of the server, and replace those of the handshake. From the same place come the secret for exporters and the one for resumption.',
          section: 'RFC 9846 §7.1',
        },
        ticket: {
          title: 'A ticket for the next time',
          text: 'After the handshake the server may hand out tickets. The client keeps a ticket beside a key made of the resumption secret and the nonce of the ticket; what is in the ticket only the server can read. With it a later connection needs no certificate.',
          section: 'RFC 9846 §4.7.1',
        },
        end: {
          title: 'Data, and an orderly end',
          text: 'Request and answer went by in records of their own, each with the next sequence number in its nonce. The alert close_notify says that its sender has no more to say. If a connection ends without it, something may have been cut off, and the receiver has to take it that way.',
          section: 'RFC 9846 §5.3, §6.1',
        },
      },
    },

    tls12: {
      name: 'TLS 1.2',
      lead: 'The handshake of 2008 with ECDHE: two round trips, much of it in the clear, and an order of things that TLS 1.3 turned round.',
      steps: {
        hello: {
          title: 'A hello without a share',
          text: 'The client offers versions, suites and extensions, and 32 random bytes. It sends no key share: in TLS 1.2 the server chooses first. The random goes into every key of this connection, so that no two connections have the same.',
          section: 'RFC 5246 §7.4.1.2',
        },
        answer: {
          title: 'The random of the server',
          text: 'The server adds 32 bytes of its own. A server that could do TLS 1.3 ends them with a fixed value when it agrees to less, by which a client sees that somebody made the offer smaller; this server was told to speak nothing but TLS 1.2. Neither random is secret.',
          section: 'RFC 5246 §7.4.1.3, RFC 9846 §4.2.3',
        },
        suite: {
          title: 'One name decides it all',
          text: 'A suite of TLS 1.2 names key exchange, signature, cipher and hash together. ECDHE stands for fresh shares on an elliptic curve, what follows it for the key of the certificate that signs them. That is why its registry has hundreds of entries, where RFC 9846 needs five.',
          section: 'RFC 5246 §7.4.1.3, §A.5; RFC 8422 §2',
        },
        certificate: {
          title: 'The certificate, in the clear',
          text: 'The chain goes over the wire unencrypted, for everybody to read. The client verifies it as in TLS 1.3. It proves nothing yet: whether the server has the key shows in the message that follows.',
          section: 'RFC 5246 §7.4.2',
        },
        serverShare: {
          title: 'A signed share',
          text: 'ServerKeyExchange holds the curve, the share of the server, and a signature over both randoms and the share. That is all that is signed: not the versions and suites that were offered, nor what else was said. Attacks on negotiation had room here, and only Finished closes it, at the very end.',
          section: 'RFC 8422 §5.4',
        },
        clientShare: {
          title: 'The share of the client',
          text: 'The client sends its own share, in the clear and unsigned. Both ends compute the premaster secret from the shares: with x25519 the output of the function itself, with other curves the x-coordinate of the point. With RSA key exchange this message would hold the premaster secret encrypted to the certificate, and whoever got hold of that key later could read everything.',
          section: 'RFC 8422 §5.7, §5.10',
        },
        master: {
          title: 'The master secret',
          text: 'The PRF stretches the premaster secret to 48 bytes. At first its seed was nothing but the two randoms; with extended_master_secret it is the hash of the handshake so far. Without that, somebody in between could bring two connections to the same master secret.',
          section: 'RFC 5246 §8.1, RFC 7627 §4',
        },
        keyBlock: {
          title: 'The key block',
          text: 'A second run of the PRF, with both randoms as its seed, gives as many bytes as are needed and cuts them: MAC keys where the suite has them, cipher keys, and the fixed parts of IVs. Handshake and data share these keys. TLS 1.3 derives each secret for one purpose, with a label and a transcript of its own.',
          section: 'RFC 5246 §6.3',
        },
        changeCipherSpec: {
          title: 'From the next record on',
          text: 'ChangeCipherSpec is a record of one byte and no handshake message: it says that whatever follows is protected. As it is outside the transcript, implementations have got its timing wrong, with grave results. TLS 1.3 knows when keys change without it, and sends one only to please old equipment.',
          section: 'RFC 5246 §7.1, RFC 9846 §E.4',
        },
        clientFinished: {
          title: 'The first protected message',
          text: 'Finished holds twelve bytes: the PRF over the hash of all handshake messages, with the master secret as its key. It is the first moment at which the offers in the clear are confirmed. Its record shows its true type, and carries eight bytes of the nonce in front of the cipher text where the suite is AES-GCM.',
          section: 'RFC 5246 §7.4.9, RFC 5288 §3',
        },
        serverFinished: {
          title: 'The second round trip ends',
          text: 'The server confirms the same, with another label, and its transcript holds the Finished of the client too. If tickets are on, the server has sent one just before: here it goes in the clear, before the handshake is over. The client may send data only now, a whole round trip later than with TLS 1.3.',
          section: 'RFC 5246 §7.3, RFC 5077 §3.3',
        },
        data: {
          title: 'Data, and what TLS 1.3 changed',
          text: 'The request is protected by keys from the same key block as Finished. TLS 1.3 sends shares in the first flight, encrypts all that comes after ServerHello, signs the whole transcript, and has neither RSA key exchange nor CBC nor compression. With ECDHE, an AEAD and extended_master_secret, TLS 1.2 still holds.',
          section: 'RFC 9846 §1.3, RFC 9325 §4',
        },
      },
    },

    resumption: {
      name: 'Resumption and 0-RTT',
      lead: 'Two connections: the first one leaves a ticket, the second one begins with it, and sends data before the server has said a word.',
      steps: {
        ticket: {
          title: 'It begins in the connection before',
          text: 'Its server sent this ticket when the handshake was over. The client cannot read it: it keeps it, together with the lifetime, a random number to be added to the age, and a nonce. An extension says how much early data the server would take with it.',
          section: 'RFC 9846 §4.7.1',
        },
        psk: {
          title: 'The key that goes with the ticket',
          text: 'Both ends derive a pre-shared key from the resumption secret and the nonce of the ticket. The key itself is never sent; a server may put it into the ticket, encrypted to itself, and keep nothing. Each ticket has another nonce and therefore another key.',
          section: 'RFC 9846 §4.7.1, §7.1',
        },
        offer: {
          title: 'The ticket comes back',
          text: 'In the new connection the client offers the ticket as the identity of a pre-shared key. The age of the ticket stands beside it in milliseconds, with the random number added, so that onlookers cannot link it to the connection before. It is to be offered once only: a ticket that is seen twice links two connections, too.',
          section: 'RFC 9846 §4.3.11, §4.3.11.1, §C.4',
        },
        binder: {
          title: 'Proof that it is ours',
          text: 'The binder is an HMAC over this ClientHello up to the binders, with a key derived from the pre-shared key. It shows that the client has the key, not just the ticket, and ties the offer to the handshake that the key came from. Therefore pre_shared_key has to be the last extension.',
          section: 'RFC 9846 §4.3.11.2',
        },
        mode: {
          title: 'Forward secrecy all the same',
          text: 'With psk_dhe_ke the pre-shared key is combined with a fresh key exchange; a key_share is in this message, too. Who learns the key of the ticket later cannot read what goes by under the keys of both. With psk_ke there would be no such protection, which is why it is seldom allowed.',
          section: 'RFC 9846 §4.3.9, §2.2',
        },
        earlyKeys: {
          title: 'Keys before any answer',
          text: 'The Early Secret comes of the pre-shared key alone. The traffic secret for early data is bound to ClientHello and to nothing of this server: nothing of it was there yet. So these keys have no forward secrecy: whoever can open the ticket can compute them.',
          section: 'RFC 9846 §7.1, §2.3',
        },
        accepted: {
          title: 'The server takes the ticket',
          text: 'With pre_shared_key in ServerHello the server says which of the identities it took, by its place in the list. Certificate and CertificateVerify are left out: whoever has the key was authenticated when the ticket was made. The share is still there, for the keys that follow.',
          section: 'RFC 9846 §4.3.11',
        },
        earlyAccepted: {
          title: 'And the early data',
          text: 'early_data in EncryptedExtensions says that the early data will be read. Before it says so, this server compares the age of the ticket with its own clock and records the binder, and within the window it refuses one that it has seen. Had it refused, the handshake would go on, and the client could send its data again afterwards.',
          section: 'RFC 9846 §4.3.10, §8.2, §8.3',
        },
        earlyData: {
          title: 'A request in the first flight',
          text: 'The client wrote this record right behind its ClientHello, without having heard from the server. The keys are those of the early traffic secret. A round trip is saved, and so is the wait.',
          section: 'RFC 9846 §2.3',
        },
        replay: {
          title: 'Why it may be replayed',
          text: 'The server had put nothing of its own into these keys. Somebody who recorded the first flight can send it again, and to a server that remembers nothing it is as good as new. Records of binders limit this for each server that shares them, but a client must assume the worst: only what may happen twice belongs here.',
          section: 'RFC 9846 §8, §F.5',
        },
        endOfEarlyData: {
          title: 'The last message under early keys',
          text: 'EndOfEarlyData marks where the early data ends and the keys of the handshake begin. It is itself protected by the early keys and part of the transcript, so that nobody can cut the data short unnoticed. A server never sends it.',
          section: 'RFC 9846 §4.6',
        },
        finished: {
          title: 'From here as ever',
          text: 'The key exchange went into the Handshake Secret, and the Main Secret follows from it: what is sent under its keys cannot be replayed, and has forward secrecy. Finished has confirmed both transcripts, this time without any signature. The server hands out a new ticket, and it can begin again.',
          section: 'RFC 9846 §7.1, §2.2',
        },
      },
    },
  },
} as const satisfies {
  readonly panel: object;
  readonly tours: Readonly<
    Record<string, { readonly name: string; readonly lead: string; readonly steps: Readonly<Record<string, StepText>> }>
  >;
};
