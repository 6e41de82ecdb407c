/** What can be chosen, as a form; whatever is changed is run at once. */
import { choices, type Settings, type Version } from '../lab/settings.ts';
import { Icon } from '../parts/icon.tsx';
import { change, newSeed, settings, tour, view } from '../state/show.ts';
import { texts } from '../texts.ts';
import { groups, inWords, isSwitch, type Name, namesIn, valueName } from './groups.ts';

const { settings: words } = texts;

/** Where there is room, everything is in sight at first; other views, and tours, need that room themselves. */
const isOpen = matchMedia('(min-width: 62.5rem) and (min-height: 50rem)').matches;

export function SettingsForm() {
  const { version } = settings.value;
  return (
    <form class="settings" aria-label={words.title} onSubmit={event => event.preventDefault()}>
      <details open={isOpen && tour.value === undefined && view.value === 'handshake'}>
        <summary>
          <span class="unseen">{words.more}: </span>
          <ul>
            {inWords(settings.value).map(word => (
              <li key={word}>{word}</li>
            ))}
          </ul>
        </summary>
        <div class="groups">
          {groups.map(group => {
            const names = namesIn(group, version);
            return (
              <fieldset key={group}>
                <legend>{words.group[group]}</legend>
                {group === 'protocol' && (
                  <Select
                    name="version"
                    value={version}
                    values={['1.3', '1.2']}
                    onChoose={value => change({ version: value as Version })}
                  />
                )}
                {names.map(name =>
                  isSwitch(name, version) ? (
                    <Switch key={name} name={name} />
                  ) : (
                    <Select
                      key={name}
                      name={name}
                      value={String(settings.value[name])}
                      values={choices[name].values[version] as readonly string[]}
                      onChoose={value => change({ [name]: value } as Partial<Settings>)}
                    />
                  ),
                )}
              </fieldset>
            );
          })}
        </div>
      </details>
      <button type="button" onClick={() => change({ seed: newSeed() })}>
        <Icon name="again" />
        {words.again}
      </button>
    </form>
  );
}

function Switch({ name }: { readonly name: Name }) {
  return (
    <div class="choice switch">
      <label>
        <input
          type="checkbox"
          name={name}
          checked={settings.value[name] === true}
          aria-describedby={describedBy(name)}
          onChange={({ currentTarget }) => change({ [name]: currentTarget.checked } as Partial<Settings>)}
        />
        {words.name[name]}
      </label>
      <Hint name={name} />
    </div>
  );
}

interface SelectProps {
  readonly name: Name | 'version';
  readonly value: string;
  readonly values: readonly string[];
  readonly onChoose: (value: string) => void;
}

function Select({ name, value, values, onChoose }: SelectProps) {
  return (
    <div class="choice">
      <label>
        <span>{words.name[name]}</span>
        <select
          name={name}
          value={value}
          aria-describedby={describedBy(name)}
          onChange={({ currentTarget }) => onChoose(currentTarget.value)}
        >
          {values.map(each => (
            <option key={each} value={each}>
              {valueName(each)}
            </option>
          ))}
        </select>
      </label>
      <Hint name={name} />
    </div>
  );
}

function Hint({ name }: { readonly name: string }) {
  const hint = words.hint[name];
  return hint === undefined ? null : <small id={`hint-${name}`}>{hint}</small>;
}

function describedBy(name: string): string | undefined {
  return words.hint[name] === undefined ? undefined : `hint-${name}`;
}
