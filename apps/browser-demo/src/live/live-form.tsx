/** Whom to speak to, how, and whom to believe. Nothing is trusted by itself. */
import { type Signal, useSignal } from '@preact/signals';
import type { Version } from '../lab/settings.ts';
import { focusOn } from '../parts/focus.ts';
import { texts } from '../texts/live.ts';
import { asPem } from './pem.ts';
import { cancel, connect, phase } from './session.ts';

const { form: words } = texts;

export function LiveForm({ relays }: { readonly relays: readonly string[] }) {
  const relay = useSignal(relays[0] ?? '');
  const [host, port, name, alpn] = [useSignal('localhost'), useSignal('8443'), useSignal(''), useSignal('')];
  const [with13, with12] = [useSignal(true), useSignal(true)];
  const roots = useSignal('');
  const isInsecure = useSignal(false);
  const isBusy = phase.value !== 'none' && phase.value !== 'over';
  const go = (event: Event): void => {
    event.preventDefault();
    if (isBusy) return;
    // The form folds as soon as something has come back.
    focusOn('live');
    const versions: Version[] = [...(with13.value ? ['1.3' as const] : []), ...(with12.value ? ['1.2' as const] : [])];
    void connect({
      relay: relay.value,
      host: host.value.trim(),
      port: Number(port.value),
      name: name.value.trim() || host.value.trim(),
      alpn: alpn.value.split(',').flatMap(each => each.trim() || []),
      versions,
      roots: isInsecure.value ? undefined : roots.value,
    });
  };
  const take = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) roots.value = asPem(new Uint8Array(await file.arrayBuffer()));
  };
  return (
    <form aria-label={words.name} onSubmit={go}>
      <div class="fields">
        <label class="field">
          <span>{words.relay}</span>
          <select value={relay.value} onChange={({ currentTarget }) => (relay.value = currentTarget.value)}>
            {relays.map(each => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <Text label={words.host} value={host} required />
        <Text label={words.port} value={port} required pattern="[0-9]{1,5}" inputMode="numeric" />
        <Text label={words.server} value={name} hint={words.serverHint} />
        <Text label={words.alpn} value={alpn} hint={words.alpnHint} />
        <fieldset>
          <legend>{words.versions}</legend>
          <div class="buttons">
            <Check label={words.version['1.3']} value={with13} required={!with12.value} />
            <Check label={words.version['1.2']} value={with12} required={!with13.value} />
          </div>
        </fieldset>
      </div>
      <fieldset class="trust">
        <legend>{words.trust}</legend>
        <Radio label={words.roots} isChosen={!isInsecure.value} onChoose={() => (isInsecure.value = false)} />
        <div class="roots">
          <textarea
            rows={4}
            required={!isInsecure.value}
            disabled={isInsecure.value}
            spellcheck={false}
            aria-label={words.roots}
            aria-describedby="live-roots"
            value={roots.value}
            onInput={({ currentTarget }) => (roots.value = currentTarget.value)}
          />
          <small id="live-roots">{words.rootsHint}</small>
          <label class="file">
            <span>{words.file}</span>
            <input
              type="file"
              accept=".pem,.crt,.cer,.der"
              disabled={isInsecure.value}
              onChange={({ currentTarget }) => void take(currentTarget.files?.[0])}
            />
          </label>
        </div>
        <Radio
          label={words.insecure}
          hint={words.insecureHint}
          isChosen={isInsecure.value}
          onChoose={() => (isInsecure.value = true)}
        />
      </fieldset>
      <div class="buttons">
        <button type="submit" class="primary" aria-disabled={isBusy}>
          {words.connect}
        </button>
        <button type="button" aria-disabled={!isBusy} onClick={isBusy ? cancel : undefined}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly hint?: string;
  readonly required?: boolean;
  readonly pattern?: string;
  readonly inputMode?: 'numeric';
}

function Text({ label, value, hint, ...rest }: TextProps) {
  const id = hint === undefined ? undefined : `live-${label.replace(/\W/g, '')}`;
  return (
    <div>
      <label class="field">
        <span>{label}</span>
        <input
          type="text"
          value={value.value}
          spellcheck={false}
          autocapitalize="off"
          aria-describedby={id}
          onInput={({ currentTarget }) => (value.value = currentTarget.value)}
          {...rest}
        />
      </label>
      {hint !== undefined && <small id={id}>{hint}</small>}
    </div>
  );
}

function Check({
  label,
  value,
  required,
}: {
  readonly label: string;
  readonly value: Signal<boolean>;
  readonly required: boolean;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value.value}
        required={required}
        onChange={({ currentTarget }) => (value.value = currentTarget.checked)}
      />
      {label}
    </label>
  );
}

interface RadioProps {
  readonly label: string;
  readonly hint?: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Radio({ label, hint, isChosen, onChoose }: RadioProps) {
  return (
    <div>
      <label class="check">
        <input type="radio" name="trust" checked={isChosen} onChange={onChoose} />
        {label}
      </label>
      {hint !== undefined && <small>{hint}</small>}
    </div>
  );
}
