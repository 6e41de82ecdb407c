/** What somebody keeps of a connection: files that other programs read, and a link. */
import '../style/take-away.css';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { toLink } from '../state/link.ts';
import { busy, inBefore, position, type Shown, shown, tour, view } from '../state/show.ts';
import { texts } from '../texts/take-away.ts';
import { texts as page } from '../texts.ts';
import { captureOf, keyLogOf } from './capture.ts';
import { connectionFile } from './connection-json.ts';
import { save } from './save.ts';

export function TakeAway() {
  const what = shown.value;
  if (what === undefined) return null;
  const { chosen } = what;
  const isTampered = chosen?.tampering !== undefined;
  return (
    <section class="card take-away" aria-labelledby="take-away">
      <h2 id="take-away">{texts.title}</h2>
      <ul>
        <Thing
          name={texts.capture.name}
          what={[
            texts.capture.what,
            ...(what.before === undefined ? [] : [texts.capture.both]),
            ...(isTampered ? [texts.capture.arrived] : []),
          ].join(' ')}
        >
          <Save label={texts.capture.save} onSave={saveCapture} />
        </Thing>
        <Thing name={texts.keyLog.name} what={texts.keyLog.what}>
          <Save label={texts.keyLog.save} onSave={saveKeyLog} />
        </Thing>
        <Thing name={texts.json.name} what={texts.json.what}>
          <Save label={texts.json.save} onSave={saveJson} />
        </Thing>
        {chosen === undefined ? (
          <Thing name={texts.link.name} what={texts.link.live} />
        ) : (
          <Thing name={texts.link.name} what={texts.link.what}>
            <Link chosen={chosen} />
          </Thing>
        )}
      </ul>
      {!what.live && <p class="quiet">{page.app.seeded}</p>}
    </section>
  );
}

interface ThingProps {
  readonly name: string;
  readonly what: string;
  readonly children?: ComponentChildren;
}

function Thing({ name, what, children }: ThingProps) {
  return (
    <li>
      <h3>{name}</h3>
      <p>{what}</p>
      {children}
    </li>
  );
}

/** Not while a run is under way: what is on the page would not be what is chosen. */
function Save({ label, onSave }: { readonly label: string; readonly onSave: () => void }) {
  return (
    <button type="button" disabled={busy.value} onClick={onSave}>
      {label}
    </button>
  );
}

/** To what is on the page: where a run came to nothing, that is not what is chosen. */
function Link({ chosen }: { readonly chosen: NonNullable<Shown['chosen']> }) {
  const field = useRef<HTMLInputElement>(null);
  const status = useSignal('');
  const link = toLink({
    ...chosen,
    view: view.value,
    stop: position.value,
    before: inBefore.value,
    tour: tour.value,
  });
  const address = `${location.origin}${location.pathname}#${link}`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      status.value = texts.link.copied;
    } catch {
      // Not over plain HTTP, nor where somebody said no.
      field.current?.select();
      status.value = texts.link.selected;
    }
  };
  return (
    <>
      <div class="link">
        <input ref={field} type="text" readOnly aria-label={texts.link.name} value={address} />
        <button type="button" onClick={() => void copy()}>
          {texts.link.copy}
        </button>
      </div>
      <p role="status" class="quiet">
        {status.value}
      </p>
    </>
  );
}

function saveCapture(): void {
  save(`${fileName()}.pcapng`, 'application/vnd.tcpdump.pcap', captureOf(connections()));
}

function saveKeyLog(): void {
  save(`${fileName()}.keylog`, 'text/plain', keyLogOf(connections()));
}

function saveJson(): void {
  save(
    `${fileName()}.json`,
    'application/json',
    `${JSON.stringify(connectionFile(shown.value?.chosen, connections()), null, 1)}\n`,
  );
}

function connections() {
  const { before, connection } = shown.value ?? {};
  return [before, connection].filter(each => each !== undefined);
}

/** So that two of them are told apart. */
function fileName(): string {
  const { chosen, connection } = shown.value ?? {};
  if (chosen !== undefined) return `tls-${chosen.settings.version}-${chosen.settings.seed.slice(0, 8)}`;
  return `tls-live-${new Date(connection?.openedAt ?? 0).toISOString().replace(/\D/g, '').slice(0, 14)}`;
}
