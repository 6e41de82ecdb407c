/** Listening on every address of a host, with one port. */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { isIP, type Server } from 'node:net';

/** How often a free port is tried that turns out to be taken on another address. */
const ATTEMPTS = 8;

/**
 * @param create makes a server; called once for each address
 * @returns the servers that listen, and their port
 * @throws Error when the host has no address, or an address cannot be listened on
 */
export async function listen<T extends Server>(
  host: string,
  port: number,
  create: () => T,
): Promise<{ readonly servers: readonly T[]; readonly port: number }> {
  const addresses = await addressesOf(host);
  for (let attempt = 1; ; attempt++) {
    const servers: T[] = [];
    try {
      let chosen = port;
      for (const address of addresses) {
        const server = create();
        try {
          await listening(server, address, chosen);
        } catch (error) {
          // Many machines have no IPv6, and localhost is one of its addresses there all the same.
          if (servers.length > 0 && isUnavailable(error)) continue;
          throw error;
        }
        servers.push(server);
        chosen = (server.address() as AddressInfo).port;
      }
      return { servers, port: chosen };
    } catch (error) {
      for (const server of servers) server.close();
      // The free port of one address is taken on the next: then another one.
      const mayRetry = port === 0 && servers.length > 0 && attempt < ATTEMPTS;
      if (!mayRetry || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** IPv4 first. `localhost` is both loopback addresses whatever the machine's files say (RFC 6761 §6.3). */
async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  if (host.toLowerCase() === 'localhost') return ['127.0.0.1', '::1'];
  const found = await lookup(host, { all: true });
  return [...new Set(found.sort((a, b) => a.family - b.family).map(({ address }) => address))];
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  // Else an IPv6 address that means all would take the IPv4 ones too, or not, as the system likes.
  server.listen({ host, port, ipv6Only: host !== '::' });
  await once(server, 'listening');
}

function isUnavailable(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}
