/** Registries by the name that annotations give as their type: how a viewer turns numbers into names. */

import type { Registry } from '@tlskit/tls-wire';
import { declared } from '@tlskit/tls-wire';
import { AnyCipherSuite } from './any-cipher-suite.ts';
import { ExtensionType } from './extension-types.ts';
import { isGrease, isGreasePskMode } from './grease.ts';
import { NamedGroup } from './groups.ts';
import { HandshakeType } from './handshake-types.ts';
import {
  CertificateCompressionAlgorithm,
  CertificateStatusType,
  CertificateType,
  ClientCertificateType,
  HeartbeatMessageType,
  HeartbeatMode,
  KeyUpdateRequest,
  MaxFragmentLength,
  NameType,
  PointFormat,
  ProtocolVersion,
  PskKeyExchangeMode,
  SRTPProtectionProfile,
} from './others.ts';
import { SignatureScheme } from './signature-schemes.ts';

/** The registry that `type` of an annotation names, such as `CipherSuite`. */
export function registryOf(type: string): Registry<string> | undefined {
  return registries.get(type);
}

/**
 * The name of a value that stands under an annotation of this type: the registered one, `GREASE` for a reserved one,
 * undefined when the type has no registry or the registry no name.
 */
export function nameOfValue(type: string, value: number): string | undefined {
  const found = registries.get(type);
  if (found === undefined) return undefined;
  const name = found.nameOf(value);
  if (name !== undefined) return name;
  const grease = type === PskKeyExchangeMode.type ? isGreasePskMode(value) : twoBytes.has(type) && isGrease(value);
  return grease ? 'GREASE' : undefined;
}

const registries: ReadonlyMap<string, Registry<string>> = /* @__PURE__ */ declared(
  () =>
    new Map(
      (
        [
          HandshakeType,
          ExtensionType,
          AnyCipherSuite,
          NamedGroup,
          SignatureScheme,
          ProtocolVersion,
          PskKeyExchangeMode,
          CertificateType,
          KeyUpdateRequest,
          CertificateStatusType,
          NameType,
          MaxFragmentLength,
          CertificateCompressionAlgorithm,
          PointFormat,
          ClientCertificateType,
          HeartbeatMode,
          HeartbeatMessageType,
          SRTPProtectionProfile,
        ] as readonly Registry<string>[]
      ).map(entry => [entry.type, entry]),
    ),
);

/** The registries in which RFC 8701 §2 reserves 16-bit values. */
const twoBytes: ReadonlySet<string> = /* @__PURE__ */ declared(
  () => new Set([AnyCipherSuite.type, ExtensionType.type, NamedGroup.type, SignatureScheme.type, ProtocolVersion.type]),
);
