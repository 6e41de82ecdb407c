/** Extensions as they stand in certificates, CRLs and OCSP messages (RFC 5280 §4.1.2.9, §4.2, §5.1.2.7; RFC 6960 §4.4). */
import { DecodeError } from '@tlskit/tls-wire';
import { type DerReader, Tag } from '@tlskit/tls-wire/der';

/** An extension as it stands in the certificate. */
export interface Extension {
  /** Dotted. */
  readonly oid: string;
  readonly critical: boolean;
  /** Contents of extnValue, a view. */
  readonly value: Uint8Array;
}

/** `SEQUENCE SIZE (1..MAX) OF Extension`, by OID. @throws DecodeError also for two of a kind */
export function readExtensionList(reader: DerReader): ReadonlyMap<string, Extension> {
  const extensions = new Map<string, Extension>();
  const sequence = reader.enter();
  while (!sequence.done) {
    const extension = sequence.enter();
    const oid = extension.oid();
    const critical = readCritical(extension);
    const value = extension.octetString();
    extension.finish('Extension');
    // §4.2 MUST NOT: two of a kind, where readers would differ on which one counts.
    if (extensions.has(oid)) throw new DecodeError(`extension ${oid} appears twice`, 0);
    extensions.set(oid, { oid, critical, value });
  }
  if (extensions.size === 0) throw new DecodeError('Extensions is empty', 0);
  return extensions;
}

/** `critical BOOLEAN DEFAULT FALSE`: DER leaves the default out (X.690 §11.5). */
function readCritical(extension: DerReader): boolean {
  if (extension.peek() !== Tag.boolean) return false;
  if (!extension.boolean()) throw new DecodeError('critical is written though it has its default', 0);
  return true;
}
