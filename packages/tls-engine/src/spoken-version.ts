/** The version that a connection speaks: known by its keys or by the flow's word, with its rules and the protection of its records. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import {
  type ClientModule,
  type Epoch,
  type OwnersEffect,
  type ServerModule,
  type TrafficKeys,
  wipeKeys,
} from '@tlskit/tls-handshake';
import { brought, type EarlierRules, type EngineVersion, type RulesEnvironment, TLS13 } from './version.ts';

export class SpokenVersion {
  readonly #provider: CryptoProvider;
  readonly #versions: readonly EngineVersion<ClientModule | ServerModule>[];
  readonly #environment: RulesEnvironment;
  /** As on the wire, once it is known. */
  number: number | undefined;
  /** Of a version before TLS 1.3, which is spoken, or may yet be. */
  earlier: EarlierRules | undefined;

  constructor(
    provider: CryptoProvider,
    versions: readonly EngineVersion<ClientModule | ServerModule>[],
    environment: RulesEnvironment,
  ) {
    this.#provider = provider;
    this.#versions = versions;
    this.#environment = environment;
    this.earlier = brought(versions, 'earlierRules')?.(environment);
  }

  /** Puts keys in force, which are wiped: their record protection has its copies. */
  changeKeys(direction: 'read' | 'write', epoch: Epoch, keys: TrafficKeys): void {
    const { read, write } = this.#environment;
    try {
      const version = this.#versions.find(candidate => candidate.handshake.version === keys.version);
      if (version === undefined) throw new TlsError('ERR_TLS_INTERNAL', 'keys of a version that is not here');
      this.number = keys.version;
      if (keys.version >= TLS13) this.earlier = undefined;
      const { records } = version;
      if (direction === 'read') read.changeKeys(epoch, version.createOpener(this.#provider, keys), records);
      else write.changeKeys(epoch, version.createSealer(this.#provider, keys), records.protectsAll);
    } finally {
      wipeKeys(keys);
    }
  }

  /** What a flow asks for that is the version's. @returns whether it is */
  perform(effect: OwnersEffect): boolean {
    if (effect.op === 'speak') this.number = effect.version;
    if (effect.op === 'limit-records' && brought(this.#versions, 'recordLimits') !== undefined) {
      const { read, write } = this.#environment;
      (effect.limit.direction === 'read' ? read : write).limitRecords(effect.limit);
      return true;
    }
    return this.earlier?.perform(effect) === true;
  }
}
