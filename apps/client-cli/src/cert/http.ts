/** What certificates point to, fetched by HTTP: bounded in time and size, and only where the user asked for it. */

/** Gets or posts, and reads at most so much. */
export type HttpFetch = (
  url: string,
  maximumSize: number,
  post?: { readonly type: string; readonly body: Uint8Array },
) => Promise<Uint8Array>;

/** @param timeout milliseconds for all of it together, from now on; undefined for no limit */
export function httpFetch(timeout: number | undefined, signal: AbortSignal): HttpFetch {
  const until = timeout === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  return async (url, maximumSize, post) => {
    const request: RequestInit = { signal: until, credentials: 'omit', referrerPolicy: 'no-referrer' };
    if (post !== undefined) {
      Object.assign(request, { method: 'POST', headers: { 'content-type': post.type }, body: post.body });
    }
    const response = await fetch(url, request);
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body ?? []) {
      parts.push(part);
      length += part.length;
      // Whoever breaks off cancels the rest.
      if (length > maximumSize) throw new Error(`${url} has more than ${maximumSize} bytes`);
    }
    return Uint8Array.from(Buffer.concat(parts));
  };
}
