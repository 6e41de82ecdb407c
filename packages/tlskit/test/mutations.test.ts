/** Certificate and CertificateVerify of a peer who changes a byte of them before both sides hash them: X.509 and the signature notice. */
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { type Effect, type Flow, intercepted } from '@tlskit/tls-handshake';
import { certificate, certificateVerify } from '@tlskit/tls-messages';
import { createCA } from '@tlskit/tls-testing';
import { describe, expect, it } from 'vitest';
import {
  type ClientEngineOptions,
  type Connected,
  createClientEngine,
  createServerEngine,
  type Engine,
  type EngineVersion,
  type ServerEngineOptions,
  TlsError,
  tls13,
} from '../src/engine.ts';

const provider = createNodeProvider();
const ca = await createCA();
const trust = { roots: [ca.pem] };
const own = async (name: string, key: 'ecdsa-p256' | 'ed25519') => {
  const { pem } = await ca.issue({ names: [name], key });
  return { certificate: pem.certificate, key: pem.key };
};

/** One handshake, and what either side came to. */
function meet(client: Partial<ClientEngineOptions>, server: Partial<ServerEngineOptions>) {
  const outcome: Record<'client' | 'server', Connected | TlsError | undefined> = {
    client: undefined,
    server: undefined,
  };
  const noting = (role: 'client' | 'server') => ({
    connected: (result: Connected) => {
      outcome[role] = result;
    },
    closed: (error: TlsError | undefined) => {
      outcome[role] = error;
    },
  });
  const ends = [
    createServerEngine({ provider, ...server }, noting('server')),
    createClientEngine({ provider, servername: 'localhost', trust, ...client }, noting('client')),
  ] as const;
  for (const end of ends) end.start();
  const carry = (from: Engine, to: Engine) => from.takeOutput().map(bytes => to.receive(bytes)).length;
  while (carry(ends[0], ends[1]) + carry(ends[1], ends[0]) > 0);
  return outcome;
}

/** A version whose one side changes a byte of a message; `length` is told how long that is. */
function changing(
  role: 'client' | 'server',
  type: number,
  at: number,
  bit: number,
  length: (bytes: number) => void,
): EngineVersion {
  const { handshake } = tls13;
  const change = (effect: Effect): Effect => {
    if (effect.op !== 'send' || effect.raw[0] !== type) return effect;
    length(effect.raw.length);
    const raw = effect.raw.slice();
    if (at < raw.length) raw[at] = (raw[at] as number) ^ bit;
    return { ...effect, raw };
  };
  const changed = <T>(flow: Flow<T>): Flow<T> =>
    intercepted(flow, function* (effect) {
      return yield change(effect);
    });
  const { client, server } = handshake;
  return {
    ...tls13,
    handshake: {
      ...handshake,
      client: role === 'client' ? { ...client, connect: (...args) => changed(client.connect(...args)) } : client,
      server: role === 'server' ? (...args) => changed(server(...args)) : server,
    },
  };
}

describe.each(['ecdsa-p256', 'ed25519'] as const)('no byte can be changed, under %s, of', async key => {
  const [serverOwn, clientOwn] = [await own('localhost', key), await own('client', key)];
  const asking = { clientAuth: 'require', trust } as const;

  it.each([
    { role: 'server', message: certificate },
    { role: 'server', message: certificateVerify },
    { role: 'client', message: certificate },
    { role: 'client', message: certificateVerify },
  ] as const)('the $message.name of a $role', { timeout: 120_000 }, ({ role, message: { type } }) => {
    const whole = meet(clientOwn, { ...serverOwn, ...asking });
    for (const end of [whole.client, whole.server]) expect(end).not.toBeInstanceOf(TlsError);
    const judge = role === 'client' ? 'server' : 'client';
    let length = 5;
    // What stands before is the header of the message, which others look at.
    for (let at = 4; at < length; at++) {
      const version = changing(role, type, at, 1 << (at & 7), bytes => {
        length = bytes;
      });
      const outcome = meet(
        { ...clientOwn, ...(role === 'client' ? { versions: [version] } : {}) },
        { ...serverOwn, ...asking, ...(role === 'server' ? { versions: [version] } : {}) },
      );
      // Signatures of ECDSA are of several lengths: this one may have been too short to be changed there.
      if (at >= length) break;
      expect(outcome[judge], `byte ${at} of ${length}`).toBeInstanceOf(TlsError);
      expect(outcome[judge]).not.toMatchObject({ code: 'ERR_TLS_INTERNAL' });
    }
    expect(length).toBeGreaterThan(64);
  });
});
