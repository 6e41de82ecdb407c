import { AnyCipherSuite, NamedGroup } from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import { mozillaProfileNames, mozillaProfiles } from '../src/index.ts';

describe("Mozilla's profiles", () => {
  it.each(mozillaProfileNames)('%s names suites and groups as IANA does, each once', name => {
    const { suites, groups } = mozillaProfiles[name];
    for (const suite of suites) expect(AnyCipherSuite.valueOf(suite)).toBeDefined();
    for (const group of groups) expect(NamedGroup.valueOf(group)).toBeDefined();
    expect([new Set(suites).size, new Set(groups).size]).toEqual([suites.length, groups.length]);
  });

  it('each allows what the stricter one does', () => {
    const { modern, intermediate, old } = mozillaProfiles;
    expect(intermediate.suites).toEqual(expect.arrayContaining([...modern.suites]));
    expect(old.suites).toEqual(expect.arrayContaining([...intermediate.suites]));
    expect(old.versions).toEqual(expect.arrayContaining([...intermediate.versions]));
  });
});
