/** Key logs for Wireshark and others (RFC 9850): whoever reads one reads the connection. */
import { closeSync, openSync, writeSync } from 'node:fs';

/** A file to which lines are appended as they come, so that a reader beside us can follow. */
export class KeyLogFile {
  readonly #descriptor: number;
  readonly #onFailure: (error: Error) => void;
  #failed = false;

  /**
   * Opens the file, or makes it readable by its owner alone; what is in it stays. A file that exists keeps its mode.
   * @param onFailure called once when a line cannot be written: connections go on without
   * @throws Error when the file cannot be opened
   */
  constructor(path: string, onFailure: (error: Error) => void) {
    this.#descriptor = openSync(path, 'a', 0o600);
    this.#onFailure = onFailure;
  }

  /** One line, without its end. */
  write(line: string): void {
    if (this.#failed) return;
    try {
      writeSync(this.#descriptor, `${line}\n`);
    } catch (error) {
      this.#failed = true;
      this.#onFailure(error as Error);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
