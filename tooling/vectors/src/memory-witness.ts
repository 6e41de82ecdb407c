/** Sees what is made of memory while something runs, and by whom: to tell afterwards whether a secret was left in a buffer of ours. */

/** Memory that was made, and the module that made it. */
interface Made {
  readonly bytes: Uint8Array;
  readonly by: string;
}

/**
 * Runs it while every array of bytes that JavaScript makes is noted.
 * @param isOurs whether a module is to answer for its memory, by its path; that of libraries is not looked at
 */
export async function witness<T>(
  run: () => T | Promise<T>,
  isOurs: (path: string) => boolean,
): Promise<{ readonly result: T; readonly made: readonly Made[] }> {
  const made: Made[] = [];
  const native = globalThis.Uint8Array;
  const { slice } = native.prototype;
  let noting = true;
  const note = (bytes: Uint8Array) => {
    if (!noting) return;
    noting = false;
    const by = maker();
    noting = true;
    if (isOurs(by)) made.push({ bytes, by });
  };
  globalThis.Uint8Array = new Proxy(native, {
    construct(target, args, newTarget) {
      const bytes = Reflect.construct(target, args, newTarget === globalThis.Uint8Array ? target : newTarget);
      note(bytes);
      return bytes;
    },
    get(target, name, receiver) {
      if (name !== 'from' && name !== 'of') return Reflect.get(target, name, receiver);
      return (...args: never[]) => {
        const bytes = (target[name] as (...args: never[]) => Uint8Array)(...args);
        note(bytes);
        return bytes;
      };
    },
  });
  native.prototype.slice = function (this: Uint8Array, ...args) {
    const bytes = slice.apply(this, args) as Uint8Array<ArrayBuffer>;
    note(bytes);
    return bytes;
  };
  try {
    return { result: await run(), made };
  } finally {
    globalThis.Uint8Array = native;
    native.prototype.slice = slice;
  }
}

/** Of the memory that was made, what has the secret in it yet. @param except what was given to the caller, whose it is now */
export function remains(made: readonly Made[], secret: Uint8Array, except: readonly Uint8Array[] = []): string[] {
  const given = new Set(except.map(({ buffer }) => buffer));
  const needle = Buffer.from(secret);
  return made
    .filter(({ bytes }) => !given.has(bytes.buffer) && Buffer.from(bytes.buffer).includes(needle))
    .map(({ by }) => by);
}

/** The module of the frame that asked for memory: the first that is neither here nor of the platform. */
function maker(): string {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const frame = frames.find(line => /[/\\]/.test(line) && !line.includes('memory-witness') && !line.includes('node:'));
  return frame?.replace(/^.*?\(?(file:\/\/)?(\/[^)]*?)(:\d+)*\)?$/, '$2') ?? '';
}
