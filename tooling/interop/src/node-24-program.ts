/**
 * What Node 24 runs (it takes TypeScript as it is): its own `tls` as a server that sends back what it is sent, or as a client
 * between standard input and the connection. What is to be told stands on standard error, a word and a value in JSON a line.
 */
import tls from 'node:tls';

/** `{ role, port, … }` as the first argument; the rest is what `tls.createServer` or `tls.connect` takes. */
const { role, ...options } = JSON.parse(process.argv[2]!) as { role: 'server' | 'client' } & tls.TlsOptions &
  tls.ConnectionOptions;

function tell(word: string, value: unknown): void {
  process.stderr.write(`${word} ${JSON.stringify(value)}\n`);
}

function tellConnection(socket: tls.TLSSocket): void {
  tell('CONNECTED', {
    protocol: socket.getProtocol(),
    suite: socket.getCipher().standardName,
    alpn: socket.alpnProtocol,
    authorized: socket.authorized,
    resumed: socket.isSessionReused(),
    scheme: socket.getSharedSigalgs?.()[0],
  });
}

function tellEnd(socket: tls.TLSSocket): void {
  socket.on('error', error => tell('ERROR', (error as { code?: string }).code ?? String(error)));
  socket.on('end', () => tell('ENDED', true));
}

if (role === 'server') {
  const server = tls.createServer({ minVersion: 'TLSv1.3', ...options }, socket => {
    tellConnection(socket);
    tellEnd(socket);
    socket.pipe(socket);
  });
  server.on('tlsClientError', error => tell('ERROR', (error as { code?: string }).code ?? String(error)));
  server.listen(0, '127.0.0.1', () => tell('LISTENING', (server.address() as { port: number }).port));
} else {
  const socket = tls.connect({ host: '127.0.0.1', minVersion: 'TLSv1.3', ...options }, () => tellConnection(socket));
  tellEnd(socket);
  process.stdin.pipe(socket).pipe(process.stdout);
}
