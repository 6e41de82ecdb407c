/**
 * Certificate policies in path validation (RFC 5280 §6.1), by the graph of RFC 9618 §5 in place of a tree: it grows with the certificates
 * and not with the product of their mappings. It runs from the anchor to the leaf, over a path that is good otherwise.
 */
import type { Certificate } from './certificate.ts';
import { checkKeys, invalidOption, refusal } from './errors.ts';
import type { PathTools } from './path-judge.ts';
import { anyPolicy, type PolicyConstraints } from './policy-extensions.ts';

/** What is asked of the policies of a path: the inputs (c) to (g) of RFC 5280 §6.1.1. */
export interface PolicyRules {
  /** user-initial-policy-set: dotted OIDs of the policies that are good. Default: any. */
  readonly acceptable?: readonly string[] | undefined;
  /** initial-explicit-policy: whether the path must be valid under one of them. Default: whether `acceptable` is said. */
  readonly requireExplicit?: boolean | undefined;
  /** initial-policy-mapping-inhibit: whether authorities may not map policies. Default false. */
  readonly inhibitMapping?: boolean | undefined;
  /** initial-any-policy-inhibit: whether `anyPolicy` in certificates counts for nothing. Default false. */
  readonly inhibitAny?: boolean | undefined;
}

/** The rules, checked and filled up. */
export interface CompletePolicyRules {
  /** Undefined for any. */
  readonly acceptable: ReadonlySet<string> | undefined;
  readonly requireExplicit: boolean;
  readonly inhibitMapping: boolean;
  readonly inhibitAny: boolean;
  /** For the digest that sessions are bound to. */
  readonly id: string;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function completePolicyRules(rules: PolicyRules = {}): CompletePolicyRules {
  if (typeof rules !== 'object' || rules === null) throw invalidOption('policies is an object of rules');
  checkKeys('policies', rules, ['acceptable', 'requireExplicit', 'inhibitMapping', 'inhibitAny']);
  const { acceptable, requireExplicit = acceptable !== undefined, inhibitMapping = false, inhibitAny = false } = rules;
  for (const [name, value] of Object.entries({ requireExplicit, inhibitMapping, inhibitAny })) {
    if (typeof value !== 'boolean') throw invalidOption(`policies.${name} is true or false`);
  }
  const isOid = (oid: unknown): boolean => typeof oid === 'string' && /^[0-2](\.(0|[1-9]\d*))+$/.test(oid);
  if (acceptable !== undefined && !(Array.isArray(acceptable) && acceptable.length > 0 && acceptable.every(isOid))) {
    throw invalidOption('policies.acceptable is a list of dotted OIDs that is not empty');
  }
  const set = acceptable === undefined || acceptable.includes(anyPolicy) ? undefined : new Set(acceptable);
  const id = `${set === undefined ? 'any' : [...set].sort()}:${[requireExplicit, inhibitMapping, inhibitAny].map(Number).join('')}`;
  return { acceptable: set, requireExplicit, inhibitMapping, inhibitAny, id };
}

/**
 * The policies that a path is valid under, sorted: the user-constrained-policy-set of RFC 9618 §5.5, in which `anyPolicy` stands for
 * every policy. Empty where there is none, and none is needed. Constraints of the anchor bind the path; which policies it names does not matter.
 *
 * @throws TlsError `ERR_TLS_CERT_POLICY` when one is needed and there is none, or `anyPolicy` is mapped
 */
export function judgePolicies(
  path: readonly Certificate[],
  rules: CompletePolicyRules,
  tools: Pick<PathTools, 'count'>,
): readonly string[] {
  const certificates = path.slice(0, Math.max(1, path.length - 1)).reverse();
  const n = certificates.length;
  // §6.1.2 (d), (e), (f)
  let explicitPolicy = rules.requireExplicit ? 0 : n + 1;
  let policyMapping = rules.inhibitMapping ? 0 : n + 1;
  let inhibitAnyPolicy = rules.inhibitAny ? 0 : n + 1;
  // §6.1.4 (i), (j)
  const constrain = (certificate: Certificate): void => {
    const { requireExplicitPolicy, inhibitPolicyMapping }: PolicyConstraints = certificate.policyConstraints ?? {};
    explicitPolicy = Math.min(explicitPolicy, requireExplicitPolicy ?? explicitPolicy);
    policyMapping = Math.min(policyMapping, inhibitPolicyMapping ?? policyMapping);
    inhibitAnyPolicy = Math.min(inhibitAnyPolicy, certificate.inhibitAnyPolicy ?? inhibitAnyPolicy);
  };
  const anchor = path.at(-1) as Certificate;
  if (path.length > 1) constrain(anchor);
  const graph = new PolicyGraph(() => tools.count('policies'));
  for (const [at, certificate] of certificates.entries()) {
    const isLast = at === n - 1;
    const { isSelfIssued } = certificate;
    // §6.1.3 (d), (e)
    graph.extend(certificate.certificatePolicies, inhibitAnyPolicy > 0 || (!isLast && isSelfIssued));
    // §6.1.3 (f)
    if (explicitPolicy === 0 && graph.isNull) throw noPolicy(certificate, 'RFC 5280 §6.1.3 (f)');
    if (isLast) break;
    checkMappings(certificate);
    graph.map(certificate, policyMapping > 0);
    // §6.1.4 (h)
    if (!isSelfIssued) {
      explicitPolicy = Math.max(0, explicitPolicy - 1);
      policyMapping = Math.max(0, policyMapping - 1);
      inhibitAnyPolicy = Math.max(0, inhibitAnyPolicy - 1);
    }
    constrain(certificate);
  }
  // §6.1.5 (a), (b), (g)
  const leaf = path[0] as Certificate;
  explicitPolicy = Math.max(0, explicitPolicy - 1);
  if (leaf.policyConstraints?.requireExplicitPolicy === 0) explicitPolicy = 0;
  const policies = graph.constrained(rules.acceptable);
  if (explicitPolicy === 0 && policies.length === 0) throw noPolicy(leaf, 'RFC 5280 §6.1.5 (g)');
  return policies;
}

/** §6.1.4 (a) */
function checkMappings(certificate: Certificate): void {
  if (!certificate.policyMappings?.some(({ issuer, subject }) => issuer === anyPolicy || subject === anyPolicy)) return;
  throw refusal('ERR_TLS_CERT_POLICY', certificate, 'maps anyPolicy', { rfc: 'RFC 5280 §6.1.4 (a)' });
}

function noPolicy(certificate: Certificate, rfc: string): ReturnType<typeof refusal> {
  return refusal('ERR_TLS_CERT_POLICY', certificate, 'is valid under no policy that is acceptable, and must be', {
    rfc,
  });
}

/** A node of the valid-policy-graph (RFC 9618 §5.1), by its valid-policy in the map of its depth. */
interface PolicyNode {
  expected: readonly string[];
  readonly parents: readonly Parent[];
}

type Parent = readonly [policy: string, node: PolicyNode];

type Level = Map<string, PolicyNode>;

/** The valid-policy-graph. What has no children is passed over when the result is drawn, in place of being deleted. */
class PolicyGraph {
  /** One map a depth, beginning with depth 0; undefined for NULL. */
  #levels: Level[] | undefined = [new Map([[anyPolicy, { expected: [anyPolicy], parents: [] }]])];
  readonly #count: () => void;

  constructor(count: () => void) {
    this.#count = count;
  }

  get isNull(): boolean {
    return this.#levels === undefined;
  }

  /** §6.1.3 (d), (e): the next depth, by the policies of a certificate. */
  extend(policies: readonly string[] | undefined, anyCounts: boolean): void {
    if (this.#levels === undefined) return;
    if (policies === undefined) {
      this.#levels = undefined;
      return;
    }
    const above = this.#levels.at(-1) as Level;
    const expecting = expectedIn(above);
    const level: Level = new Map();
    const any = above.get(anyPolicy);
    for (const policy of policies) {
      if (policy === anyPolicy) continue;
      this.#count();
      // (d)(1)(i), (ii)
      const parents = expecting.get(policy) ?? (any && [[anyPolicy, any]]);
      if (parents !== undefined) level.set(policy, { expected: [policy], parents });
    }
    // (d)(2)
    if (anyCounts && policies.includes(anyPolicy)) {
      for (const [policy, parents] of expecting) {
        this.#count();
        if (!level.has(policy)) level.set(policy, { expected: [policy], parents });
      }
    }
    this.#levels.push(level);
    this.#settle();
  }

  /** §6.1.4 (b): what the policies of a certificate are below it. */
  map({ policyMappings }: Certificate, allowed: boolean): void {
    if (this.#levels === undefined || policyMappings === undefined) return;
    const level = this.#levels.at(-1) as Level;
    const any = level.get(anyPolicy);
    const mapped = new Map<string, Set<string>>();
    for (const { issuer, subject } of policyMappings) {
      this.#count();
      const subjects = mapped.get(issuer);
      if (subjects === undefined) mapped.set(issuer, new Set([subject]));
      else subjects.add(subject);
    }
    for (const [issuer, subjects] of mapped) {
      const node = level.get(issuer);
      if (!allowed) level.delete(issuer);
      else if (node !== undefined) node.expected = [...subjects];
      else if (any !== undefined) level.set(issuer, { expected: [...subjects], parents: any.parents });
    }
    this.#settle();
  }

  /** RFC 9618 §5.5 (g): the user-constrained-policy-set, sorted. */
  constrained(acceptable: ReadonlySet<string> | undefined): readonly string[] {
    if (this.#levels === undefined) return [];
    const authority = new Set<string>();
    const last = this.#levels.at(-1) as Level;
    if (last.has(anyPolicy)) authority.add(anyPolicy);
    // Nodes that lead to the last depth, from it upwards: the others would have been deleted by §6.1.3 (d)(3).
    let alive: ReadonlyMap<PolicyNode, string> = new Map([...last].map(([policy, node]) => [node, policy]));
    while (alive.size > 0) {
      const above = new Map<PolicyNode, string>();
      for (const [node, policy] of alive) {
        const [parent] = node.parents;
        if (policy !== anyPolicy && node.parents.length === 1 && parent?.[0] === anyPolicy) authority.add(policy);
        for (const [name, each] of node.parents) above.set(each, name);
      }
      alive = above;
    }
    if (acceptable === undefined) return [...authority].sort();
    // With anyPolicy all that is acceptable is within.
    return [...acceptable].filter(policy => authority.has(anyPolicy) || authority.has(policy)).sort();
  }

  /** A graph without nodes at its last depth has none at all (§6.1.3 (d)(3)). */
  #settle(): void {
    if (this.#levels?.at(-1)?.size === 0) this.#levels = undefined;
  }
}

/** Which nodes of a depth expect each policy. */
function expectedIn(level: Level): ReadonlyMap<string, readonly Parent[]> {
  const expecting = new Map<string, Parent[]>();
  for (const [policy, node] of level) {
    for (const expected of node.expected) {
      const nodes = expecting.get(expected);
      if (nodes === undefined) expecting.set(expected, [[policy, node]]);
      else nodes.push([policy, node]);
    }
  }
  return expecting;
}
