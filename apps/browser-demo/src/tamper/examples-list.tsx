/** Meddling by name. */
import { batch, signal } from '@preact/signals';
import { change, settings, tamper, tampering, trouble } from '../state/show.ts';
import { texts } from '../texts/tamper.ts';
import { type ExampleName, examples, prepare } from './examples.ts';

/** The one that was chosen last. */
const chosen = signal<ExampleName | undefined>(undefined);

export function Examples() {
  return (
    <section aria-labelledby="examples-title">
      <h3 id="examples-title">{texts.examples.title}</h3>
      <ul class="examples">
        {examples.map(name => {
          const [title, sentence] = texts.examples[name];
          const isOn = tampering.value !== undefined && chosen.value === name;
          return (
            <li key={name}>
              <button type="button" aria-pressed={isOn} data-example={name} onClick={() => void choose(name)}>
                <strong>{title}</strong>
                <span>{sentence}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

async function choose(name: ExampleName): Promise<void> {
  try {
    const prepared = await prepare(name, settings.value.seed);
    batch(() => {
      chosen.value = name;
      change(prepared.settings);
      tamper(prepared.tampering);
    });
  } catch (error) {
    trouble.value = error instanceof Error ? error.message : String(error);
  }
}
