/** Key logs for Wireshark and others (RFC 9850): whoever reads one reads the connection. */
import { closeSync, openSync, writeSync } from 'node:fs';

/** A file to which lines are appended as they come, so that a reader beside us can follow. */
export class KeyLogFile {
  readonly #descriptor: number;

  /**
   * Opens the file, or makes it readable by its owner alone; what is in it stays. A file that exists keeps its mode.
   * @throws Error when that is not possible
   */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'a', 0o600);
  }

  /** One line, without its end. */
  write(line: string): void {
    writeSync(this.#descriptor, `${line}\n`);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
