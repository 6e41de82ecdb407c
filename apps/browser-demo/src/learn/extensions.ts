/** The extensions of TLS: which messages may carry each, and which versions here make use of it. */
import { tls12 } from '@tlskit/tls-engine/tls12';
import { tls13 } from '@tlskit/tls-engine/tls13';
import { type ExtensionMessage, ExtensionType, extensionMessages } from '@tlskit/tls-messages';

export type ExtensionName = keyof typeof ExtensionType.values;

export interface ExtensionInfo {
  readonly name: ExtensionName;
  readonly number: number;
  /** Undefined where neither RFC 9846 nor a codec of the library says. */
  readonly messages: readonly ExtensionMessage[] | undefined;
  /** The versions of the library that look for it. */
  readonly usedBy: readonly string[];
}

/** The columns of RFC 9846 §4.3, and the ServerHello of TLS 1.2. */
export const places: readonly ExtensionMessage[] = ['CH', 'SH', 'EE', 'CT', 'CR', 'NST', 'HRR', 'SH12'];

/** What a codec reads though no RFC has it: RFC 8422 §5.2 has no place for supported_groups in a ServerHello. */
const tolerated: Readonly<Partial<Record<ExtensionName, ExtensionMessage>>> = { supported_groups: 'SH12' };

export const extensionInfos: readonly ExtensionInfo[] = (Object.keys(ExtensionType.values) as ExtensionName[]).map(
  name => {
    const number = ExtensionType.values[name];
    return {
      name,
      number,
      messages: extensionMessages(number)?.filter(message => tolerated[name] !== message),
      usedBy: [tls13, tls12].flatMap(({ handshake }) => (handshake.extensions.known(number) ? [handshake.name] : [])),
    };
  },
);
