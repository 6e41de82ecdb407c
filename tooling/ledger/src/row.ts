/** What the ledger says of one requirement: who keeps it and which test would tell, or why nobody has to. */

/** A place in the sources: a file that has this text. */
export interface Code {
  readonly kind: 'code';
  /** From the root of the repository. */
  readonly file: string;
  /** A name, or another text that stands in the file. */
  readonly text: string;
}

/** A test that fails when the requirement is not kept. */
export interface Test {
  readonly kind: 'test';
  /** From the root of the repository. */
  readonly file: string;
  /** What stands in the file, and in the test's name when it runs: a title, a part of one, a case of a table, or an id. */
  readonly title: string;
  /** What to show for an id: the title that it stands in. */
  readonly says?: string;
}

/** What finds a test by its name: an id is not the beginning of another. */
export function patternOf({ title }: Test): RegExp {
  const literal = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(/:\d+$/.test(title) ? `${literal}(?!\\d)` : literal);
}

/** A check taken away: at least one of the row's tests must fail then. */
export interface Mutation {
  readonly kind: 'mutation';
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** Kept by code, and shown by tests. */
export interface Held {
  readonly says: string;
  readonly parts: readonly (Code | Test | Mutation)[];
}

/** Kept together with another: the rest of its sentence, or the same rule in another section. */
export interface Like {
  readonly says: string;
  /** The id of a {@link Held} row. */
  readonly like: string;
}

/** Asks nothing of an implementation like this one. */
export interface NotApplicable {
  readonly says: string;
  readonly notApplicable: string;
}

/** Not kept yet, or not shown. */
export interface Open {
  readonly says: string;
  readonly open: string;
}

export type Row = Held | Like | NotApplicable | Open;

/** Rows by id, without the number of the RFC: `4.2.2:7`. */
export type Rows = Readonly<Record<string, Row>>;

/** @param says the requirement in few words */
export const held = (says: string, ...parts: (Code | Test | Mutation)[]): Held => ({ says, parts });
export const like = (id: string, says: string): Like => ({ says, like: id });
export const notApplicable = (says: string, why: string): NotApplicable => ({ says, notApplicable: why });
export const open = (says: string, why: string): Open => ({ says, open: why });

/** A file that rows refer to. */
export interface FileHandle {
  code(text: string): Code;
  test(title: string): Test;
  /** The check is taken away by writing `replace`, a false condition unless given, for `find`. */
  without(find: string, replace?: string): Mutation;
}

/** @param file from the root of the repository */
export function inFile(file: string): FileHandle {
  return {
    code: text => ({ kind: 'code', file, text }),
    test: title => ({ kind: 'test', file, title }),
    without: (find, replace = 'false') => ({ kind: 'mutation', file, find, replace }),
  };
}
