/** Gives somebody a file. No server is asked for it: it is made of what the page has. */

/** @param content text, or bytes */
export function save(name: string, type: string, content: string | Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The browser takes hold of the blob as it begins, which may be after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
