/** The page: its form starts a connection, whose code is loaded when it is wanted. */
import { readChoices } from './choices.ts';
import { byId } from './dom.ts';
import type { Session } from './session.ts';
import { texts } from './texts.ts';

const choices = byId('choices', HTMLFormElement);
const status = byId('status', HTMLParagraphElement);
const data = byId('data', HTMLFormElement);
const [run] = choices.getElementsByTagName('button');

let session: Session | undefined;

choices.addEventListener('submit', event => {
  event.preventDefault();
  void start();
});

data.addEventListener('submit', event => {
  event.preventDefault();
  const from = (event.submitter as HTMLButtonElement | null)?.value === 'server' ? 'server' : 'client';
  session?.send(from, String(new FormData(data).get('text')));
});

data.addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement && target.name === 'close') {
    session?.close(target.value === 'server' ? 'server' : 'client');
  }
});

async function start(): Promise<void> {
  if (run !== undefined) run.disabled = true;
  status.textContent = texts.loading;
  try {
    const { runSession } = await import('./session.ts');
    status.textContent = texts.running;
    session = await runSession(readChoices(choices));
  } catch (error) {
    status.textContent = texts.broken(error instanceof Error ? error.message : String(error));
  } finally {
    if (run !== undefined) run.disabled = false;
  }
}
