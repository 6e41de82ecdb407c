/** Redirects (RFC 9110 §15.4): to where, and by which request. */
import type { HttpRequest } from './options.ts';

const redirects = [301, 302, 303, 307, 308];

/** Headers that say who asks: for the host that they were meant for. */
const personal = ['authorization', 'cookie', 'proxy-authorization', 'host'];

/** Where the answer sends us; undefined where it does not. @throws Error where that is not https */
export function redirectOf(status: number, location: string | undefined, from: URL): URL | undefined {
  if (!redirects.includes(status) || location === undefined) return undefined;
  if (!URL.canParse(location, from.href))
    throw new Error(`the server redirects to ${JSON.stringify(location)}, which is no URL`);
  const to = new URL(location, from.href);
  if (to.protocol !== 'https:') throw new Error(`the server redirects to ${to.protocol}//${to.host}, which has no TLS`);
  // What a server says of users and passwords is not for another one.
  to.username = '';
  to.password = '';
  to.hash = '';
  return to;
}

/** The request there. @param isElsewhere whether it goes to another host or port */
export function redirected(request: HttpRequest, status: number, isElsewhere: boolean): HttpRequest {
  const { method } = request;
  // 303 asks for what there is to see; after 301 and 302 a POST has always become a GET (§15.4.2).
  const becomesGet = (status === 303 && method !== 'HEAD') || (status < 303 && method === 'POST');
  const dropped = [
    ...(isElsewhere ? personal : []),
    ...(becomesGet ? ['content-type', 'content-encoding', 'content-language'] : []),
  ];
  return {
    method: becomesGet ? 'GET' : method,
    headers: request.headers.filter(([name]) => !dropped.includes(name.toLowerCase())),
    body: becomesGet ? undefined : request.body,
  };
}
