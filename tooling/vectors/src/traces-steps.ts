/**
 * The steps of a trace, walked in the RFC's order: each item is computed anew for the step that it stands in. Payloads are
 * sealed with the keys that the actor has derived by then, and must give the record of the step.
 */
import type { Aead } from '@tlskit/tls-crypto';
import { decodeMessage, encodeMessage, finished, handshakeMessages13, messageByType } from '@tlskit/tls-messages';
import { ContentType, createSealer13, plaintextSealer, type RecordSealer } from '@tlskit/tls-record';
import { concat } from '@tlskit/tls-wire';
import type { Party } from './handshake.ts';
import { hkdfInfo } from './hkdf-info.ts';
import type { Replay, ReplayedMessage } from './replay.ts';
import type { Report } from './report.ts';
import { type Epoch, type Expansion, trafficName } from './schedule.ts';
import { offerOf } from './shared-secret.ts';
import { isWord, type Trace, type TraceItem, type TraceStep } from './traces-file.ts';

/** What an item should be: bytes, something to start from, or undefined for what nothing computes. */
type Computed = Uint8Array | 'input' | undefined;

interface Actor {
  /** Messages that were not yet constructed. */
  readonly messages: ReplayedMessage[];
  /** Bytes that were constructed and not sent. */
  unsent: Uint8Array;
  sealer: RecordSealer | undefined;
}

const groups: Readonly<Record<string, string>> = { 'P-256': 'secp256r1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };

/** Walks the steps of a trace, if it has any. */
export async function checkSteps(
  report: Report,
  name: string,
  trace: Trace,
  replay: Replay,
  aead: Aead,
): Promise<void> {
  const walk = new Walk(replay, aead);
  for (const [i, step] of (trace.steps ?? []).entries()) {
    const what = `${name} step ${i} (${step.actor}: ${step.action})`;
    await report.part(what, () => checkStep(report, what, step, walk));
  }
}

function checkStep(report: Report, what: string, step: TraceStep, walk: Walk): void {
  const compute = walk.enter(step);
  for (const item of step.items) {
    if (typeof item.hex !== 'string') continue;
    const label = `${what} ${item.name}`;
    const word = isWord(item.hex);
    if (typeof item.octets === 'number') report.same(`${label} octets`, item.octets, word ? 0 : item.hex.length / 2);
    const computed = compute(item);
    if (computed === 'input') report.input();
    else if (word) checkWord(report, label, item.hex, computed);
    else report.hex(label, item.hex, computed);
  }
}

/** `0 (all zero octets)` and `(empty)`. */
function checkWord(report: Report, label: string, word: string, computed: Uint8Array | undefined): void {
  const right = word.startsWith('0') ? computed?.every(byte => byte === 0) : computed?.length === 0;
  report.holds(label, right === true, `"${word}" in the file, computed otherwise`);
}

class Walk {
  readonly #replay: Replay;
  readonly #aead: Aead;
  readonly #actors: { [P in Party]: Actor };

  constructor(replay: Replay, aead: Aead) {
    this.#replay = replay;
    this.#aead = aead;
    this.#actors = { client: this.#actor('client'), server: this.#actor('server') };
  }

  #actor(from: Party): Actor {
    const messages = replayedBy(this.#replay, from);
    return { messages, unsent: new Uint8Array(0), sealer: undefined };
  }

  /** Does what the step does; the answer computes its items. */
  enter(step: TraceStep): (item: TraceItem) => Computed {
    const action = step.action.replace(/ \(same as [^)]*\)$/, '');
    const [, keyPair] = /^create an ephemeral (\S+) key pair$/.exec(action) ?? [];
    if (keyPair !== undefined) return keyPairItems(groups[keyPair] ?? keyPair, step);
    if (/^construct an? \S+ handshake message$/.test(action)) return this.#construct(step.actor);
    const [, type] = /^send (\S+) record$/.exec(action) ?? [];
    if (type !== undefined) return this.#send(type, step);
    const [, extracted] = /^extract secret "(.+)"$/.exec(action) ?? [];
    if (extracted !== undefined) return this.#extract(extracted);
    const [, purpose, label] = /^derive secret(?: for (\S+))? "tls13 (.+)"$/.exec(action) ?? [];
    if (label !== undefined) return this.#expand(purpose === undefined ? label : `${label} (${purpose})`);
    const [, side, epoch] = /^derive (read|write) traffic keys for (.+)$/.exec(action) ?? [];
    if (epoch !== undefined) return this.#keys(side === 'write', epoch as Epoch, step.actor);
    if (action === 'calculate finished "tls13 finished"') return this.#finished(step.actor);
    if (action === 'calculate PSK binder') return this.#binder();
    if (action === 'generate resumption secret "tls13 resumption"') return this.#expand('resumption psk');
    return () => undefined;
  }

  #construct(from: Party): (item: TraceItem) => Computed {
    const actor = this.#actors[from];
    const message = actor.messages.shift();
    if (message === undefined) return () => undefined;
    actor.unsent = concat(actor.unsent, message.raw);
    const written = this.#write(message);
    // A hello whose binders are still to be made stands in the trace without them.
    const truncated = this.#replay.finished.find(({ truncatedHello }) => truncatedHello?.buffer === message.raw.buffer);
    return ({ name, octets }) => {
      if (name !== message.name && !(name === 'ServerHello' && message.name === 'HelloRetryRequest')) return undefined;
      return octets === truncated?.truncatedHello?.length ? truncated?.truncatedHello : written;
    };
  }

  /** Encoded from its fields; a Finished from the value that was computed. */
  #write({ from, name, raw }: ReplayedMessage): Uint8Array | undefined {
    if (name === 'Finished') {
      const value = this.#replay.finished.find(found => found.from === from && found.what === 'Finished')?.value;
      return value && encodeMessage(finished, { verify_data: value });
    }
    const def = messageByType(handshakeMessages13, raw[0] as number);
    return def && encodeMessage(def, decodeMessage(def, raw));
  }

  #send(type: string, step: TraceStep): (item: TraceItem) => Computed {
    const actor = this.#actors[step.actor];
    const hexOf = (name: string) => step.items.find(item => item.name === name)?.hex ?? '';
    const payload = Uint8Array.from(Buffer.from(hexOf('payload'), 'hex'));
    let computed: Computed = 'input';
    if (type === 'handshake') {
      computed = actor.unsent.subarray(0, payload.length);
      actor.unsent = actor.unsent.subarray(payload.length);
    } else if (type === 'change_cipher_spec') computed = Uint8Array.of(1);
    // The version of a plaintext record is the sender's choice for a first ClientHello (RFC 9846 §5.1).
    const version = Number.parseInt(hexOf('complete record').slice(2, 6), 16) === 0x0301 ? 0x0301 : 0x0303;
    const bare = type === 'change_cipher_spec' || actor.sealer === undefined;
    const sealer = bare ? plaintextSealer(version) : (actor.sealer as RecordSealer);
    const record = concat(...sealer.seal(ContentType.valueOf(type) ?? 0, payload));
    return ({ name }) => (name === 'payload' ? computed : name === 'complete record' ? record : undefined);
  }

  #extract(name: string): (item: TraceItem) => Computed {
    const found = this.#replay.schedule.extractions.get(`extract ${name}`);
    const items: Record<string, Computed> = {
      salt: found && (found.salt ?? new Uint8Array(this.#replay.schedule.hash.outputLength)),
      IKM: found?.ikm,
      secret: found?.secret,
    };
    return item => items[item.name];
  }

  #expand(name: string): (item: TraceItem) => Computed {
    const items = expansionItems(this.#replay.schedule.expansions.get(name));
    return item => items[item.name];
  }

  #keys(write: boolean, epoch: Epoch, actor: Party): (item: TraceItem) => Computed {
    const from = write ? actor : actor === 'client' ? 'server' : 'client';
    const { expansions, trafficKeys } = this.#replay.schedule;
    const name = trafficName(epoch, from);
    const keys = trafficKeys.get(name);
    if (write && keys !== undefined) this.#actors[actor].sealer = createSealer13(this.#aead, keys.key, keys.iv);
    const key = expansionItems(expansions.get(`${name} key`));
    const iv = expansionItems(expansions.get(`${name} iv`));
    const items: Record<string, Computed> = {
      PRK: key.PRK,
      'key info': key.info,
      'key expanded': key.expanded,
      'iv info': iv.info,
      'iv expanded': iv.expanded,
    };
    return item => items[item.name];
  }

  #finished(from: Party): (item: TraceItem) => Computed {
    const found = this.#replay.finished.find(candidate => candidate.from === from && candidate.what === 'Finished');
    const items = expansionItems(this.#replay.schedule.expansions.get(`${from} finished key`));
    return item => (item.name === 'finished' ? found?.value : items[item.name]);
  }

  #binder(): (item: TraceItem) => Computed {
    const found = this.#replay.finished.find(({ what }) => what === 'PSK binder');
    const items: Record<string, Computed> = {
      ...expansionItems(this.#replay.schedule.expansions.get('binder finished key')),
      'ClientHello prefix': found?.truncatedHello,
      'binder hash': found?.transcriptHash,
      finished: found?.value,
    };
    return item => items[item.name];
  }
}

/** The items of one HKDF-Expand-Label by the names that the RFC gives them; `hash` is what stands as context. */
function expansionItems(expansion: Expansion | undefined): Record<string, Computed> {
  if (expansion === undefined) return {};
  const { prk, context, expanded } = expansion;
  return { PRK: prk, hash: context, info: hkdfInfo(expansion), expanded };
}

function keyPairItems(group: string, step: TraceStep): (item: TraceItem) => Computed {
  const key = step.items.find(({ name }) => name === 'private key')?.hex ?? '';
  const offer = offerOf(group, Uint8Array.from(Buffer.from(key, 'hex')));
  return ({ name }) => (name === 'private key' ? 'input' : name === 'public key' ? offer?.share : undefined);
}

function replayedBy(replay: Replay, from: Party): ReplayedMessage[] {
  return replay.messages.filter(message => message.from === from);
}
