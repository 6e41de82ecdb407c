/** Certificate policies and what binds them (RFC 5280 §4.2.1.4, §4.2.1.5, §4.2.1.11, §4.2.1.14). */
import * as asn1js from 'asn1js';
import { type Block, bytesOf, implicit, oid, sequence, small } from './asn1.ts';
import { extensionOids, type RawExtension } from './extensions.ts';

/** `anyPolicy`. */
export const anyPolicy = '2.5.29.32.0';

/** A policy by dotted OID, with a pointer to a statement and a notice to users, if it has them. */
export type PolicyOption = string | { readonly oid: string; readonly cps?: string; readonly notice?: string };

/** How many certificates may follow without; as authorities write it, 0 for none. */
export interface PolicyConstraintOptions {
  readonly requireExplicitPolicy?: number;
  readonly inhibitPolicyMapping?: number;
}

export function certificatePolicies(policies: readonly PolicyOption[]): RawExtension {
  return { oid: extensionOids.certificatePolicies, value: bytesOf(sequence(...policies.map(policyInformation))) };
}

/** Each is a policy of the issuer's, and what the subject calls it. */
export function policyMappings(mappings: readonly (readonly [issuer: string, subject: string])[]): RawExtension {
  const value = sequence(...mappings.map(([issuer, subject]) => sequence(oid(issuer), oid(subject))));
  return { oid: extensionOids.policyMappings, critical: true, value: bytesOf(value) };
}

export function policyConstraints({
  requireExplicitPolicy,
  inhibitPolicyMapping,
}: PolicyConstraintOptions): RawExtension {
  const field = (number: number, value: number | undefined): Block[] =>
    value === undefined ? [] : [implicit(number, contents(value))];
  const value = sequence(...field(0, requireExplicitPolicy), ...field(1, inhibitPolicyMapping));
  return { oid: extensionOids.policyConstraints, critical: true, value: bytesOf(value) };
}

export function inhibitAnyPolicy(skip: number): RawExtension {
  return { oid: extensionOids.inhibitAnyPolicy, critical: true, value: bytesOf(small(skip)) };
}

function policyInformation(policy: PolicyOption): Block {
  if (typeof policy === 'string') return sequence(oid(policy));
  const qualifiers: Block[] = [];
  if (policy.cps !== undefined) {
    qualifiers.push(sequence(oid('1.3.6.1.5.5.7.2.1'), new asn1js.IA5String({ value: policy.cps })));
  }
  if (policy.notice !== undefined) {
    const notice = sequence(new asn1js.Utf8String({ value: policy.notice }));
    qualifiers.push(sequence(oid('1.3.6.1.5.5.7.2.2'), notice));
  }
  return qualifiers.length === 0 ? sequence(oid(policy.oid)) : sequence(oid(policy.oid), sequence(...qualifiers));
}

/** Contents octets of an INTEGER. */
function contents(value: number): Uint8Array {
  return bytesOf(small(value)).subarray(2);
}
