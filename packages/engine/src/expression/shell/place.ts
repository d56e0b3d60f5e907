/** Why a template cannot stand where it stands. */
export type Refusal =
  | 'single quotes'
  | 'quoted here-document'
  | 'comment'
  | 'arithmetic'
  | 'backticks'
  | 'dollar'
  | 'parameter expansion'
  | 'unclassified';

/** Where a template stands: outside quotes, inside double quotes, or where it is refused. */
export type Place = 'unquoted' | 'quoted' | { readonly refused: Refusal; readonly detail?: string };

/** Thrown inside the lexer: it cannot tell any more how the shell reads the rest. */
export class Unclassifiable extends Error {}

/** Thrown inside the lexer: the command ends inside something that was opened at a unit. */
export class Unterminated extends Error {
  readonly openedAt: number;

  constructor(what: string, openedAt: number) {
    super(what);
    this.openedAt = openedAt;
  }
}
