/** A client of `tlskit-server` beside a crowd that is silent, or has said half of a hello: how long it waits, and what the crowd costs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect as connectTcp, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { spread } from '../report/table.ts';
import { summary } from '../stats.ts';
import type { Scenario } from './scenario.ts';

const require = createRequire(import.meta.url);
const program = join(dirname(require.resolve('@tlskit/test-server/package.json')), 'bin', 'tlskit-server.js');

/** An idle process collects nothing by itself: it does by a signal, before its memory is looked at. */
const collecting = ['--expose-gc', '--import', 'data:text/javascript,process.on("SIGUSR2", () => gc())'];

/** Milliseconds that it has for that. */
const COLLECTION = 300;

/** Of a record of handshake content that goes on: half of the crowd says so much of it. */
const HALF = Buffer.of(22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3);

/** Connections that are opened together. */
const BATCH = 100;

interface Look {
  readonly name: string;
  /** Milliseconds from the SYN to the end of the answer. */
  readonly latencies: readonly number[];
  /** Resident bytes of the server; undefined where the system does not tell. */
  readonly resident: number | undefined;
}

export const crowd: Scenario = {
  name: 'crowd',
  title: 'latency of tlskit-server beside 2,000 silent connections, and its memory',
  async run({ plan, progress }) {
    const size = plan.name === 'tiny' ? 20 : 2000;
    const server = await started();
    const looks: Look[] = [];
    const look = async (name: string): Promise<void> => {
      progress(name);
      const latencies: number[] = [];
      for (let i = 0; i < plan.rounds * 10; i++) latencies.push(await latency(server.port, server.ca));
      looks.push({ name, latencies, resident: await resident(server.child) });
    };
    try {
      for (let i = 0; i < plan.rounds * 10; i++) await latency(server.port, server.ca);
      await look('alone');
      for (const which of ['first', 'second']) {
        const sockets = await gathered(server.port, size);
        await look(`beside the ${which} crowd of ${size}`);
        for (const socket of sockets) socket.destroy();
        await new Promise(resolve => setTimeout(resolve, plan.warmUp));
        await look(`when the ${which} crowd has gone`);
      }
    } finally {
      server.child.kill();
    }
    const alone = summary((looks[0] as Look).latencies).median;
    const rows = looks.map(({ name, latencies, resident: bytes }) => {
      const of = summary(latencies);
      const memory = bytes === undefined ? '–' : (bytes / 1e6).toFixed(0);
      return `| ${name} | **${(of.median / alone).toFixed(2)}** · ${spread(of, 1)} | ${memory} |`;
    });
    return {
      sections: [
        { marker: 'crowd', lines: ['| client | ms to the answer | server, MB resident |', '|---|---:|---:|', ...rows] },
      ],
      figures: { 'crowd/latency': summary((looks[1] as Look).latencies).median / alone },
    };
  },
};

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
  readonly ca: string;
}

async function started(): Promise<Server> {
  const args = ['--www', '--json', '--quiet', '--handshake-timeout', '0'];
  const child = spawn(process.execPath, [...collecting, program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout as Readable), 'line')) as [string];
  const { listening, ca } = JSON.parse(line);
  return { child, port: listening.port, ca: readFileSync(ca, 'utf8') };
}

async function gathered(port: number, size: number): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < size) {
    const batch = Array.from({ length: Math.min(BATCH, size - sockets.length) }, () => silent(port));
    sockets.push(...(await Promise.all(batch)));
  }
  sockets.forEach((socket, index) => {
    if (index % 2 === 1) socket.write(HALF);
  });
  return sockets;
}

async function silent(port: number): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket.on('error', () => {});
}

/** By the platform's client, whose own time is the same whoever else is there. */
async function latency(port: number, ca: string): Promise<number> {
  const begin = performance.now();
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca });
  socket.write('GET /healthz HTTP/1.0\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += chunk;
  if (!text.endsWith('ok\n')) throw new Error(`tlskit-server answered ${JSON.stringify(text)}`);
  return performance.now() - begin;
}

async function resident(child: ChildProcess): Promise<number | undefined> {
  try {
    child.kill('SIGUSR2');
    await new Promise(resolve => setTimeout(resolve, COLLECTION));
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
