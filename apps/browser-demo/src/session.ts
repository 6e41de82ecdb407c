/** One connection on the page: what was agreed on, what was received, and its records. */
import type { Sender } from '@tlskit/tls-inspect';
import { type ConnectionInfo, TlsError } from 'tlskit/engine';
import type { Choices } from './choices.ts';
import { type Connection, connect } from './connection.ts';
import { byId, element } from './dom.ts';
import { texts } from './texts.ts';
import { Timeline } from './timeline.ts';

export interface Session {
  send(from: Sender, text: string): void;
  close(from: Sender): void;
}

/** Runs a handshake and shows it in place of the one before. */
export async function runSession(choices: Choices): Promise<Session> {
  const status = byId('status', HTMLParagraphElement);
  const received = byId('received', HTMLUListElement);
  const timeline = new Timeline(byId('flights', HTMLDivElement));
  received.replaceChildren();
  const open = new Set<Sender>(['client', 'server']);
  let failure: string | undefined;

  const connection: Connection = await connect(choices, {
    entry: entry => timeline.add(entry),
    data: (at, bytes) => note(texts.received(at), new TextDecoder().decode(bytes)),
    end: at => note(texts.ended(at)),
    closed(at, error) {
      open.delete(at);
      // The side that found the fault says more than the one that it told.
      if (error !== undefined && (failure === undefined || error.sentBy === 'us')) {
        failure = texts.failed(at, error.code, error.message);
      }
    },
  });

  const writable = new Set<Sender>(connection.info === undefined ? [] : ['client', 'server']);
  status.textContent = failure ?? texts.connected(timeline.records, timeline.messages);
  showFacts(connection.info);
  byId('outcome', HTMLElement).hidden = connection.info === undefined;
  byId('records', HTMLElement).hidden = false;
  timeline.openFirst();
  update();

  return {
    send(from, text) {
      act(() => {
        const bytes = new TextEncoder().encode(text);
        connection.send(from, bytes);
        status.textContent = texts.sent(from, bytes.length);
      });
    },
    close(from) {
      act(() => {
        writable.delete(from);
        connection.close(from);
        status.textContent = open.size === 0 ? texts.closed : texts.closing(from);
      });
    },
  };

  function act(work: () => void): void {
    try {
      work();
    } catch (error) {
      status.textContent = texts.broken(TlsError.from(error).message);
    }
    update();
  }

  function note(what: string, text?: string): void {
    received.append(element('li', {}, what, ...(text === undefined ? [] : [' ', element('q', {}, text)])));
  }

  function update(): void {
    for (const button of byId('data', HTMLFormElement).getElementsByTagName('button')) {
      button.disabled = !writable.has(button.value === 'server' ? 'server' : 'client');
    }
    byId('keylog-lines', HTMLTextAreaElement).value = connection.keyLog.join('\n');
  }
}

function showFacts(info: ConnectionInfo | undefined): void {
  const facts = byId('facts', HTMLElement);
  facts.replaceChildren();
  if (info === undefined) return;
  const { protocol, cipherSuite, group, signatureScheme, serverName, peerCertificate, verified } = info;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [texts.facts.protocol, protocol],
    [texts.facts.cipherSuite, cipherSuite.name],
    [texts.facts.group, group?.name],
    [texts.facts.signature, signatureScheme?.name],
    [texts.facts.server, serverName],
    [texts.facts.certificate, verified ? `${texts.verified} ${peerCertificate?.issuer ?? ''}` : texts.notVerified],
  ];
  for (const [name, value] of rows) {
    if (value !== undefined) facts.append(element('div', {}, element('dt', {}, name), element('dd', {}, value)));
  }
}
