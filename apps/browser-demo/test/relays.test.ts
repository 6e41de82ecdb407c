/** What a build may speak to becomes part of a policy: nothing gets into it that is no origin. */
import { describe, expect, it } from 'vitest';
import { connectSources, relaysIn } from '../tools/relays.ts';

describe('TLSKIT_DEMO_RELAYS', () => {
  it.each([
    [undefined, [], "'none'"],
    ['', [], "'none'"],
    ['self', ['self'], "'self'"],
    ['wss://a.example', ['wss://a.example'], 'wss://a.example'],
    [' ws://127.0.0.1:8444/  self ', ['ws://127.0.0.1:8444', 'self'], "ws://127.0.0.1:8444 'self'"],
    ['wss://[::1]:9 wss://A.Example:443', ['wss://[::1]:9', 'wss://a.example'], 'wss://[::1]:9 wss://a.example'],
  ])('%j', (text, relays, sources) => {
    expect(relaysIn(text)).toEqual(relays);
    expect(connectSources(relaysIn(text))).toBe(sources);
  });

  it.each([
    'https://a.example',
    'wss://a.example/path',
    'wss://a.example?x',
    'wss://user@a.example',
    'wss://*.example',
    'wss:',
    '*',
    "'none'",
    'wss://a.example;script-src',
    'wss://a,b',
    'Self',
    'a.example',
  ])('%s is refused', text => {
    expect(() => relaysIn(text)).toThrow(/an origin is wanted/);
  });
});
