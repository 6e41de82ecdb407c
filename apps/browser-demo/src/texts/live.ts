/** What is said of connections to real servers. */
import type { Problem } from '../lab/live.ts';

type Reason = Exclude<Problem['type'], 'tls' | 'options'>;

export const texts = {
  title: 'A real server',
  lead: 'The client of this page speaks to a server of your choice. A page has no TCP: a relay passes the bytes on, and sees no more of them than anybody on the way. Random bytes and time are real ones here.',
  choices: 'Whom to speak to, and whom to believe',
  chosen: (host: string, port: number) => `To ${host}, port ${port}`,
  none: {
    why: 'This copy of the page was built for no relay, and its policy lets it speak to nobody. With the sources, these two commands make one that may, with a relay on this machine:',
    commands: `TLSKIT_DEMO_RELAYS=self pnpm --filter @tlskit/browser-demo build
npx tlskit-server --www --relay 8444 --demo apps/browser-demo/dist`,
  },
  form: {
    name: 'Connection to a real server',
    relay: 'Relay',
    host: 'Host',
    port: 'Port',
    server: 'Server name',
    serverHint: 'What the server is told (SNI), and what its certificate has to be for. Empty for the host.',
    alpn: 'ALPN',
    alpnHint: 'Protocols, best first, with commas between. Empty for none.',
    versions: 'Versions',
    version: { '1.3': 'TLS 1.3', '1.2': 'TLS 1.2' },
    trust: 'Whom to believe',
    roots: 'Certificates that lead to this root',
    rootsHint: 'PEM, pasted or from a file. Nothing is trusted by itself.',
    file: 'From a file',
    insecure: 'Do not check who it is',
    insecureHint: 'Whoever answers is taken for the server.',
    connect: 'Connect',
    cancel: 'Cancel',
  },
  phase: {
    none: '',
    opening: 'Connecting…',
    open: 'Connected.',
    closing: 'Closing…',
    over: 'The connection is over.',
  },
  unverified: 'Nobody has checked who the server is.',
  talk: {
    name: 'What is said over it',
    what: 'To the server',
    send: 'Send',
    close: 'Close',
    answer: 'What it answered',
    nothing: 'Nothing yet.',
    usual: (host: string) => `GET / HTTP/1.1\nHost: ${host}\nConnection: close\n\n`,
  },
  elsewhere: {
    what: 'This is a connection to a real server: what can be chosen here is not for it.',
    back: 'Show the page’s own connection',
  },
  problem: {
    relay: 'The relay cannot be reached, or it does not serve this page: it has to know the page’s origin.',
    forbidden: 'The relay does not lead to that host and port.',
    nonsense: 'The relay makes no sense of that host.',
    unreachable: 'The relay cannot reach that host and port.',
    busy: 'The relay carries as many connections as it may.',
    slow: 'There was no answer in time.',
    cancelled: 'It was cancelled.',
    long: 'The server says more than this page keeps.',
  } satisfies Record<Reason, string>,
  options: (message: string) => `There is no such client: ${message}`,
  ourError: (message: string, alert: string | undefined) =>
    alert === undefined ? `The client gives up: ${message}` : `The client gives up: ${message} It says ${alert}.`,
  theirError: (alert: string | undefined) => `The server gives up: it says ${alert ?? 'something'}.`,
  truncated: 'The connection was cut: the server ended it without close_notify, and what came may not be all.',
};
