/** What the form asks. */

export interface Choices {
  /** IANA's name. */
  readonly cipherSuite: string;
  /** IANA's name. */
  readonly group: string;
  /** Whether the client begins without a key share, so that the server has to ask for one. */
  readonly helloRetry: boolean;
  readonly compatibilityMode: boolean;
}

export function readChoices(form: HTMLFormElement): Choices {
  const data = new FormData(form);
  return {
    cipherSuite: String(data.get('suite')),
    group: String(data.get('group')),
    helloRetry: data.has('retry'),
    compatibilityMode: data.has('compatibility'),
  };
}
