/**
 * The valid-policy-graph of RFC 9618 against the valid-policy-tree that it replaces, which is written here after the words of
 * RFC 5280 §6.1: whatever certificates say, both come to the same.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CompletePolicyRules, completePolicyRules, judgePolicies } from '../src/certificate-policies.ts';
import type { Certificate } from '../src/index.ts';
import { TlsError } from './support.ts';

const any = '2.5.29.32.0';

type Said = Pick<
  Certificate,
  'label' | 'isSelfIssued' | 'certificatePolicies' | 'policyMappings' | 'policyConstraints' | 'inhibitAnyPolicy'
>;

interface TreeNode {
  readonly policy: string;
  expected: ReadonlySet<string>;
  readonly parent: TreeNode | undefined;
  children: TreeNode[];
}

class Tree {
  root: TreeNode | undefined = { policy: any, expected: new Set([any]), parent: undefined, children: [] };

  at(depth: number): TreeNode[] {
    let nodes = this.root === undefined ? [] : [this.root];
    for (let i = 0; i < depth; i++) nodes = nodes.flatMap(({ children }) => children);
    return nodes;
  }

  add(parent: TreeNode, policy: string, expected: Iterable<string> = [policy]): void {
    parent.children.push({ policy, expected: new Set(expected), parent, children: [] });
  }

  remove(node: TreeNode): void {
    if (node.parent === undefined) this.root = undefined;
    else node.parent.children = node.parent.children.filter(each => each !== node);
  }

  /** Nodes above this depth without children go. */
  prune(depth: number): void {
    for (let above = depth - 1; above >= 0; above--) {
      for (const node of this.at(above)) if (node.children.length === 0) this.remove(node);
    }
  }

  /** §6.1.3 (d) */
  extend(policies: readonly string[], depth: number, anyCounts: boolean): void {
    const above = this.at(depth - 1);
    for (const policy of policies.filter(each => each !== any)) {
      const expecting = above.filter(({ expected }) => expected.has(policy));
      const parents = expecting.length > 0 ? expecting : above.filter(node => node.policy === any);
      for (const parent of parents) this.add(parent, policy);
    }
    if (anyCounts && policies.includes(any)) {
      for (const node of above) {
        const missing = [...node.expected].filter(each => !node.children.some(({ policy }) => policy === each));
        for (const policy of missing) this.add(node, policy);
      }
    }
    this.prune(depth);
  }

  /** §6.1.4 (b) */
  map(mappings: NonNullable<Said['policyMappings']>, depth: number, allowed: boolean): void {
    for (const id of new Set(mappings.map(({ issuer }) => issuer))) {
      const subjects = mappings.filter(({ issuer }) => issuer === id).map(({ subject }) => subject);
      const nodes = this.at(depth).filter(({ policy }) => policy === id);
      const parent = this.at(depth).find(({ policy }) => policy === any)?.parent;
      if (!allowed) for (const node of nodes) this.remove(node);
      else if (nodes.length === 0 && parent !== undefined) this.add(parent, id, subjects);
      else for (const node of nodes) node.expected = new Set(subjects);
    }
    this.prune(depth);
  }
}

/** §6.1.2 to §6.1.5, with constraints of the anchor as of a certificate before the first. */
function byTree(path: readonly Said[], rules: CompletePolicyRules): string {
  const certificates = path.slice(0, Math.max(1, path.length - 1)).reverse();
  const n = certificates.length;
  const tree = new Tree();
  const counters = [rules.requireExplicit, rules.inhibitMapping, rules.inhibitAny].map(now => (now ? 0 : n + 1));
  let [explicit, mapping, anyPolicy] = counters as [number, number, number];
  const constrain = ({ policyConstraints: constraints, inhibitAnyPolicy = anyPolicy }: Said): void => {
    explicit = Math.min(explicit, constraints?.requireExplicitPolicy ?? explicit);
    mapping = Math.min(mapping, constraints?.inhibitPolicyMapping ?? mapping);
    anyPolicy = Math.min(anyPolicy, inhibitAnyPolicy);
  };
  if (path.length > 1) constrain(path.at(-1) as Said);
  for (const [at, certificate] of certificates.entries()) {
    const i = at + 1;
    const { certificatePolicies: policies, policyMappings: mappings, isSelfIssued } = certificate;
    if (policies === undefined) tree.root = undefined;
    else tree.extend(policies, i, anyPolicy > 0 || (i < n && isSelfIssued));
    if (explicit === 0 && tree.root === undefined) return 'refused';
    if (i === n) break;
    if (mappings?.some(({ issuer, subject }) => issuer === any || subject === any)) return 'refused';
    tree.map(mappings ?? [], i, mapping > 0);
    if (!isSelfIssued) [explicit, mapping, anyPolicy] = [explicit - 1, mapping - 1, anyPolicy - 1];
    [explicit, mapping, anyPolicy] = [Math.max(0, explicit), Math.max(0, mapping), Math.max(0, anyPolicy)];
    constrain(certificate);
  }
  explicit = path[0]?.policyConstraints?.requireExplicitPolicy === 0 ? 0 : Math.max(0, explicit - 1);
  const { acceptable } = rules;
  const policies = new Set<string>();
  for (let depth = 1; depth <= n; depth++) {
    for (const { policy, parent } of tree.at(depth)) {
      const isValid = parent?.policy === any && policy !== any;
      if (isValid && acceptable?.has(policy) !== false) policies.add(policy);
    }
  }
  if (tree.at(n).some(({ policy }) => policy === any)) for (const policy of acceptable ?? [any]) policies.add(policy);
  return explicit === 0 && policies.size === 0 ? 'refused' : [...policies].sort().join();
}

it('policies of a path are those of the tree', () => {
  const policy = fc.constantFrom('1.2.1', '1.2.2', '1.2.3', '1.2.4');
  const few = fc.nat(3);
  const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });
  const often = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 8 });
  const target = fc.oneof({ weight: 40, arbitrary: policy }, { weight: 1, arbitrary: fc.constant(any) });
  const certificate = fc.record({
    label: fc.constant('"CN=it"'),
    isSelfIssued: fc.boolean(),
    certificatePolicies: often(
      fc.uniqueArray(fc.oneof(policy, policy, fc.constant(any)), { minLength: 1, maxLength: 4 }),
    ),
    policyMappings: rarely(fc.array(fc.record({ issuer: target, subject: target }), { minLength: 1, maxLength: 4 })),
    policyConstraints: rarely(fc.record({ requireExplicitPolicy: few, inhibitPolicyMapping: few })),
    inhibitAnyPolicy: rarely(few),
  });
  const rules = fc.record({
    acceptable: rarely(fc.uniqueArray(policy, { minLength: 1, maxLength: 2 })),
    requireExplicit: fc.boolean(),
    inhibitMapping: fc.boolean(),
    inhibitAny: fc.boolean(),
  });
  const byGraph = (path: readonly Said[], complete: CompletePolicyRules): string => {
    try {
      return judgePolicies(path as unknown as readonly Certificate[], complete, { count: () => undefined }).join();
    } catch (error) {
      if (error instanceof TlsError && error.code === 'ERR_TLS_CERT_POLICY') return 'refused';
      throw error;
    }
  };
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(certificate, { minLength: 1, maxLength: 6 }), rules, (path, given) => {
      const complete = completePolicyRules(given);
      const wanted = byTree(path, complete);
      seen.add(wanted);
      expect(byGraph(path, complete)).toBe(wanted);
    }),
    { numRuns: 5000 },
  );
  for (const common of ['refused', '', '1.2.1', any]) expect(seen).toContain(common);
});
