/** The page as a whole: what is chosen, where one is in the connection, and one of the views on it. */
import type { ComponentType } from 'preact';
import { HandshakeView } from './handshake-view.tsx';
import { lazily } from './lazy.tsx';
import { PlayerBar } from './player/player-bar.tsx';
import { SettingsForm } from './settings/settings-form.tsx';
import { type View, views } from './state/link.ts';
import { shown, tour, trouble, view } from './state/show.ts';
import { texts } from './texts.ts';

const { app } = texts;

const contents: Readonly<Record<View, ComponentType>> = {
  handshake: HandshakeView,
  keys: lazily(async () => (await import('./keys/keys-view.tsx')).KeysView, app.loading),
  tamper: lazily(async () => (await import('./tamper/tamper-view.tsx')).TamperView, app.loading),
  live: lazily(async () => (await import('./live/live-view.tsx')).LiveView, app.loading),
  learn: lazily(async () => (await import('./learn/learn-view.tsx')).LearnView, app.loading),
};

/** Downloads and links belong to whatever connection is there. */
const TakeAway = lazily(async () => (await import('./take-away/take-away.tsx')).TakeAway, app.loading);

/** In place of settings, which a real server does not go by. */
const LiveNote = lazily(async () => (await import('./live/live-note.tsx')).LiveNote, app.loading);

const Tour = lazily(async () => (await import('./learn/tour.tsx')).Tour, app.loading);

export function App() {
  const Content = contents[view.value];
  const isRun = view.value !== 'learn' && view.value !== 'live';
  const isLive = shown.value?.live === true;
  return (
    <>
      <a class="skip" href="#content">
        {app.skip}
      </a>
      <header>
        <h1>{app.title}</h1>
        <p>{app.lead}</p>
        <nav class="views" aria-label={app.views}>
          <ul>
            {views.map(name => (
              <li key={name}>
                <button type="button" aria-current={name === view.value ? 'page' : undefined} onClick={() => go(name)}>
                  {app.view[name]}
                </button>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        {trouble.value !== undefined && (
          <p class="trouble" role="alert">
            {app.trouble(trouble.value)}
          </p>
        )}
        {isRun && (isLive ? <LiveNote /> : <SettingsForm />)}
        {isRun && <PlayerBar />}
        {tour.value !== undefined && (view.value === 'handshake' || view.value === 'keys') && <Tour />}
        <Content />
        {shown.value !== undefined && (isRun || (view.value === 'live' && isLive)) && <TakeAway />}
      </main>
    </>
  );
}

function go(name: View): void {
  view.value = name;
}
