/** A process of the bench: does what it is told, one thing after another, and answers. */
import { tasks } from './tasks.ts';

interface Question {
  readonly id: number;
  readonly task: keyof typeof tasks;
  readonly input: unknown;
}

process.on('message', async ({ id, task, input }: Question) => {
  try {
    const result = await (tasks[task] as (input: unknown) => Promise<unknown>)(input);
    process.send?.({ id, result });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    process.send?.({ id, error: { name: error.name, message: error.message, stack: error.stack } });
  }
});

// Whoever made us has gone.
process.on('disconnect', () => process.exit());
