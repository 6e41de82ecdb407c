/** What can be chosen, as a form; whatever is changed is run at once. */
import { choices, type Settings, type Version } from '../lab/settings.ts';
import { change, newSeed, settings } from '../state/show.ts';
import { texts } from '../texts.ts';

const { settings: words } = texts;

type Name = keyof typeof choices;

const names = Object.keys(choices) as Name[];

export function SettingsForm() {
  const { version } = settings.value;
  const possible = names.filter(name => choices[name].values[version].length > 1);
  const isSwitch = (name: Name) => typeof choices[name].values[version][0] === 'boolean';
  return (
    <form class="settings" aria-label={words.title} onSubmit={event => event.preventDefault()}>
      <Select
        name="version"
        value={version}
        values={['1.3', '1.2']}
        onChoose={value => change({ version: value as Version })}
      />
      {possible
        .filter(name => !isSwitch(name))
        .map(name => (
          <Select
            key={name}
            name={name}
            value={String(settings.value[name])}
            values={choices[name].values[version] as readonly string[]}
            onChoose={value => change({ [name]: value } as Partial<Settings>)}
          />
        ))}
      <fieldset>
        <legend>{words.more}</legend>
        {possible.filter(isSwitch).map(name => (
          <label key={name} title={words.hint[name]}>
            <input
              type="checkbox"
              name={name}
              checked={settings.value[name] === true}
              onChange={({ currentTarget }) => change({ [name]: currentTarget.checked } as Partial<Settings>)}
            />
            {words.name[name]}
          </label>
        ))}
      </fieldset>
      <button type="button" onClick={() => change({ seed: newSeed() })}>
        {words.again}
      </button>
    </form>
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
    <label>
      <span>{words.name[name]}</span>
      <select name={name} value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {values.map(each => (
          <option key={each} value={each}>
            {words.value[each] ?? each}
          </option>
        ))}
      </select>
    </label>
  );
}
