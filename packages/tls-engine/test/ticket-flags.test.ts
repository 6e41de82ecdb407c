/** tls_flags in NewSessionTicket (draft-ietf-tls-tlsflags), of which one is known: resumption across names. */
import { TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { Pair } from './support.ts';
import { pair, provider, pump, serverConfig } from './support.ts';

const tickets = () => new TicketKeys({ provider, now: serverConfig.now });

function resumable({ client }: Pair): (boolean | undefined)[] {
  return client.events.flatMap(event => (event.type === 'session' ? [event.session.acrossNames] : []));
}

describe('the flag for resumption across names', () => {
  it.each([
    [true, true],
    [undefined, undefined],
  ])('configured %s is %s to the client', (resumptionAcrossNames, said) => {
    const ends = pair({}, { tickets: tickets(), ticketCount: 1, resumptionAcrossNames });
    pump(ends);
    expect(resumable(ends)).toEqual([said]);
  });
});
