/** What `tlskit get` can be told, checked and put into its own terms. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { integerOf, type OptionRows, parse, UsageError } from '@tlskit/cli-kit';
import { type Route, routeTo, wayOptions } from '../dial/route.ts';
import { fromFile } from '../files.ts';
import { DEFAULT_TIMEOUT, milliseconds } from '../timeout.ts';
import { type Env, ownOptions } from '../tls/own.ts';
import { type PeerNames, peerNames, type TlsSettings, tlsOptions, tlsSections, tlsSettings } from '../tls-options.ts';
import { type WatchSettings, watchOptions, watchSettings } from '../watch-options.ts';

/** How many redirects are followed, unless `--max-redirects` says otherwise. */
const DEFAULT_REDIRECTS = 10;

const requestOptions = {
  header: {
    short: 'H',
    value: 'NAME: VALUE',
    many: true,
    help: 'Send this header too, or in place of ours; NAME: alone sends none of that name. May be given several times.',
  },
  request: {
    short: 'X',
    elsewhere: ['method'],
    value: 'METHOD',
    help: 'The method, in place of GET, or of POST where there is data.',
  },
  data: {
    short: 'd',
    elsewhere: ['data-binary', 'data-raw', 'post-data', 'body'],
    value: 'DATA',
    conflicts: ['head'],
    help: 'Send this as the body, or @FILE, as it is.',
  },
  head: {
    short: 'I',
    conflicts: ['request'],
    help: 'Ask for the head alone, by the method HEAD, and print it.',
  },
  location: {
    short: 'L',
    elsewhere: ['follow', 'follow-redirects'],
    help: 'Follow redirects, to https:// alone. Each host is verified for itself; headers that name a user, and our own certificate, go to the first alone.',
  },
  'max-redirects': {
    elsewhere: ['max-redirs', 'max-redirect'],
    value: 'N',
    needs: ['location'],
    help: `How many redirects are followed; ${DEFAULT_REDIRECTS} by default.`,
  },
} as const satisfies OptionRows;

const answerOptions = {
  include: {
    short: 'i',
    elsewhere: ['show-headers', 'save-headers'],
    conflicts: ['json'],
    help: 'Print the head of the answer before its body.',
  },
  output: {
    short: 'o',
    elsewhere: ['output-document', 'out'],
    value: 'FILE',
    help: 'Write what comes to this file, in place of standard output.',
  },
  fail: {
    short: 'f',
    elsewhere: ['fail-with-body'],
    help: 'A status of 400 and above is a failure, and its body is not written.',
  },
  json: {
    help: 'Print what came of it as one JSON object on standard output. The body goes to the file of --output, or nowhere.',
  },
  timeout: {
    elsewhere: ['connect-timeout', 'max-time', 'm'],
    value: 'SECONDS',
    help: `For everything up to the head of the answer, redirects included; ${DEFAULT_TIMEOUT} by default, 0 for no limit. The body may take as long as it likes.`,
  },
} as const satisfies OptionRows;

/** HTTP/1.1 is all that is spoken: there is nothing to choose. */
const { alpn: _, ...spokenOptions } = tlsOptions;
const { alpn: __, ...offerOptions } = tlsSections['What is offered'];

export const getSections = {
  'What is asked': requestOptions,
  'What is made of the answer': answerOptions,
  ...tlsSections,
  'What is offered': offerOptions,
  'The way there': wayOptions,
  'What is told': watchOptions,
} as const;

const getOptions = {
  ...requestOptions,
  ...answerOptions,
  ...spokenOptions,
  ...wayOptions,
  ...watchOptions,
} as const;

export interface HttpRequest {
  readonly method: string;
  /** In the order they go out, without those that a host or a body makes. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | undefined;
}

export interface GetSettings extends WatchSettings {
  readonly url: URL;
  readonly request: HttpRequest;
  /** How many redirects are followed; undefined for not at all. */
  readonly redirects: number | undefined;
  readonly include: boolean;
  readonly output: string | undefined;
  readonly fail: boolean;
  readonly json: boolean;
  /** Milliseconds, or undefined for no limit. */
  readonly timeout: number | undefined;
  /** For the host of the URL. */
  readonly tls: TlsSettings;
  /** For hosts that it sends us to: they are shown nothing of ours. */
  readonly tlsElsewhere: TlsSettings;
  /** The way to a URL's host, and whom to expect there. @throws UsageError */
  target(url: URL): { readonly route: Route; readonly names: PeerNames };
}

/** @param env for `--pass`. @param version our own. @throws UsageError */
export function getSettings(args: readonly string[], env: Env, version: string): GetSettings {
  const { values, positionals } = parse(getOptions, args);
  const [given, ...more] = positionals;
  if (given === undefined) throw new UsageError('what to get is missing: a URL');
  if (more.length > 0) throw new UsageError(`one URL at a time, and not also ${JSON.stringify(more[0])}`);
  const url = urlOf(given);
  const body = values.data === undefined ? undefined : bodyOf(values.data);
  const tls = tlsSettings(values, env);
  const foreign = Object.entries(values).filter(([name]) => !Object.hasOwn(ownOptions, name));
  return {
    url,
    request: {
      method: values.head ? 'HEAD' : methodOf(values.request ?? (body === undefined ? 'GET' : 'POST')),
      headers: headersOf(values.header ?? [], body, version),
      body,
    },
    redirects: values.location
      ? integerOf('--max-redirects', values['max-redirects'] ?? String(DEFAULT_REDIRECTS), 0, 1000)
      : undefined,
    include: values.include === true || values.head === true,
    output: values.output,
    fail: values.fail === true,
    json: values.json === true,
    timeout: milliseconds(values.timeout ?? String(DEFAULT_TIMEOUT)),
    tls,
    tlsElsewhere: tlsSettings(Object.fromEntries(foreign), env),
    target: to => {
      const route = routeTo(`https://${to.host}`, values);
      const { host } = route.address;
      // Whoever is called otherwise on the command line is the first alone.
      return { route, names: to.host === url.host ? tls.names(host) : peerNames(host) };
    },
    ...watchSettings(values),
  };
}

/** @throws UsageError for what is not https */
function urlOf(text: string): URL {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'http') throw new UsageError('http:// has no TLS, did you mean https://?');
  if (scheme !== undefined && scheme !== 'https') {
    throw new UsageError(`a URL of https:// is what there is to get, and not of ${scheme}://`);
  }
  const full = scheme === undefined ? `https://${text}` : text;
  if (!URL.canParse(full)) throw new UsageError(`${JSON.stringify(text)} is not a URL`);
  const url = new URL(full);
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('a URL with a user in it is not sent: give -H "Authorization: …"');
  }
  url.hash = '';
  return url;
}

function methodOf(text: string): string {
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(text)) throw new UsageError(`${JSON.stringify(text)} is not a method`);
  if (text.toUpperCase() === 'CONNECT') throw new UsageError('CONNECT is for proxies: give --proxy');
  return text;
}

function bodyOf(data: string): Uint8Array {
  return data.startsWith('@') ? fromFile('--data', data.slice(1), file => file) : Buffer.from(data);
}

/** What frames the message is for those who make it. */
const framing = ['content-length', 'transfer-encoding', 'connection', 'expect', 'upgrade'];

function headersOf(
  given: readonly string[],
  body: Uint8Array | undefined,
  version: string,
): readonly (readonly [string, string])[] {
  const own = given.map(headerOf);
  const named = new Set(own.map(([name]) => name.toLowerCase()));
  const ours: readonly (readonly [string, string])[] = [
    ['User-Agent', `tlskit/${version}`],
    ['Accept', '*/*'],
    ...(body === undefined ? [] : [['Content-Type', 'application/x-www-form-urlencoded'] as const]),
  ];
  return [...ours.filter(([name]) => !named.has(name.toLowerCase())), ...own.filter(([, value]) => value !== '')];
}

function headerOf(text: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([^:]*):\s*(.*?)\s*$/s.exec(text) ?? [];
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new UsageError(`--header is NAME: VALUE, not ${JSON.stringify(text)}`);
  }
  if (framing.includes(name.toLowerCase())) throw new UsageError(`--header: ${name} is not for you to say`);
  return [name, value];
}
