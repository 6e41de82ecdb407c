/** A page in a browser, which has WebSockets alone, and so goes through a gateway. */
import { webSocketStreams } from 'tlskit/web';
import { type Platform, perform, type Request } from '../scenarios.ts';

const platform: Platform = { dial: ({ gateway }) => webSocketStreams(new WebSocket(gateway)) };

Object.assign(globalThis, { serve: (request: Request) => perform(platform, request) });
