/** How pre-shared keys are used (RFC 9846 §4.3.9): with a key exchange, or, where somebody asked for it by name, without. */
import type { ClientConfig, ServerConfig } from '@tlskit/tls-handshake';
import {
  type ClientHello,
  findExtension,
  keyShareRow,
  PskKeyExchangeMode,
  pskKeyExchangeModesRow,
  type ServerHello,
} from '@tlskit/tls-messages';
import { illegal } from './context.ts';

const { psk_ke, psk_dhe_ke } = PskKeyExchangeMode.values;

/** Our modes, best first. */
export function modesOf({ pskModes = [psk_dhe_ke] }: Pick<ClientConfig | ServerConfig, 'pskModes'>): readonly number[] {
  return pskModes;
}

/** Our modes that a client takes too, best first. */
export function commonModes(config: ServerConfig, { extensions }: ClientHello): readonly number[] {
  const offered = findExtension(extensions, pskKeyExchangeModesRow, 'CH')?.ke_modes;
  return modesOf(config).filter(mode => offered?.includes(mode));
}

/**
 * Whether a key is used without a key exchange: where that is the best of these modes, or where there is no group in common.
 * @param modes that both sides take
 */
export function goesWithoutExchange(modes: readonly number[], hasGroup: boolean): boolean {
  return modes.includes(psk_ke) && (modes[0] === psk_ke || !hasGroup);
}

/**
 * What the server's choice of a key means: whether there is a key exchange beside it, which is told by its share alone
 * (RFC 9846 §4.3.9), and must be as the client offered.
 */
export function checkSelectedMode(config: ClientConfig, { extensions }: ServerHello): void {
  const exchange = findExtension(extensions, keyShareRow, 'SH') !== undefined;
  if (modesOf(config).includes(exchange ? psk_dhe_ke : psk_ke)) return;
  const how = exchange ? 'with' : 'without';
  throw illegal(`the server selected a key ${how} a key exchange, which was not offered`, 'RFC 9846 §4.3.9, §4.3.11');
}
