/** Roots that the platform has, by name: in `tlskit/node` alone, so that nothing is implicit elsewhere. */
import type { TrustOption } from './certificates.ts';
import { invalid, shown } from './check.ts';

/** What gives the roots of a store, DER, by its name. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export type TrustStores = Readonly<Record<string, () => readonly Uint8Array[]>>;

/** The options with certificates in place of the names of stores in `trust`. @throws TlsError `ERR_TLS_INVALID_OPTION` for a name of none */
export function withTrustStores<T extends { readonly trust?: TrustOption | undefined }>(
  options: T,
  stores: TrustStores | undefined,
): T {
  const { trust } = options;
  if (typeof trust !== 'object' || trust === null || !('roots' in trust)) return options;
  const given: readonly unknown[] = Array.isArray(trust.roots) ? trust.roots : [trust.roots];
  if (!given.some(isName)) return options;
  const roots = given.flatMap((root): readonly unknown[] => (isName(root) ? rootsOf(root, stores) : [root]));
  return { ...options, trust: { ...trust, roots } as TrustOption };
}

/** A name is a word; PEM is more than that. */
function isName(root: unknown): root is string {
  return typeof root === 'string' && /^[a-z]{1,20}$/i.test(root);
}

function rootsOf(name: string, stores: TrustStores | undefined): readonly Uint8Array[] {
  if (stores === undefined) {
    throw invalid(`roots has the name ${shown(name)}: stores of roots are of tlskit/node, here they are PEM or DER`);
  }
  const store = Object.hasOwn(stores, name) ? stores[name] : undefined;
  if (store !== undefined) return store();
  const names = Object.keys(stores).map(each => `'${each}'`);
  throw invalid(`no store of roots is called ${shown(name)}; there are ${names.join(', ')}`);
}
