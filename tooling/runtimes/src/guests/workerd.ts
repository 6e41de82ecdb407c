/** workerd: a worker whose sockets are pairs of streams, and have the shape that connections of ours have too. A request is one of HTTP. */
// @ts-expect-error: a module that workerd alone has
import { connect as dial } from 'cloudflare:sockets';
import type { ByteStreams } from 'tlskit/web';
import { type Platform, perform } from '../scenarios.ts';

/** developers.cloudflare.com/workers/runtime-apis/tcp-sockets */
const connect: (address: string, options: { readonly allowHalfOpen: boolean }) => ByteStreams = dial;

const platform: Platform = { dial: ({ port }) => connect(`127.0.0.1:${port}`, { allowHalfOpen: true }) };

export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json(await perform(platform, await request.json()));
  },
};
