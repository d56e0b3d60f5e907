import { CommandTracker, type Level } from './command-tracker.ts';
import type { CommandText } from './command-text.ts';
import { findLastLine, type HereDocument, readDelimiter } from './here-document.ts';
import { type Place, type Refusal, Unclassifiable, Unterminated } from './place.ts';
import type { SimpleCommand } from './simple-command.ts';

/** How the shell reads a command, as far as templates need it. */
export interface ShellReading {
  /** Unit of a template → where it stands. */
  readonly places: ReadonlyMap<number, Place>;
  readonly commands: readonly SimpleCommand[];
  readonly unterminated?: { readonly what: string; readonly unit: number };
}

const deepest = 100;
const defaulting = /^(?::?[-=+?])/;

/**
 * Reads a command as POSIX sh and bash both do (POSIX.1-2024, Shell Command Language, 2.2 Quoting and 2.3 Token
 * Recognition). Where the two differ, or where a full parser would be needed, the rest is unclassified.
 */
export function readShell(text: CommandText): ShellReading {
  const lexer = new ShellLexer(text);
  try {
    lexer.readLevel(undefined);
    return lexer.reading();
  } catch (error) {
    if (error instanceof Unclassifiable) return lexer.readingWithout(error.message);
    if (error instanceof Unterminated)
      return { ...lexer.reading(), unterminated: { what: error.message, unit: error.openedAt } };
    throw error;
  }
}

class ShellLexer {
  readonly #units: readonly string[];
  readonly #places = new Map<number, Place>();
  readonly #tracker = new CommandTracker();
  #position = 0;
  #end: number;
  #depth = 0;
  /** Refuses everything inside: arithmetic evaluates whatever a substitution gives. */
  #enclosing: Refusal | undefined;
  readonly #templates: readonly number[];

  constructor({ units, templates }: CommandText) {
    this.#units = units;
    this.#end = units.length;
    this.#templates = [...templates.keys()];
  }

  reading(): ShellReading {
    return { places: this.#places, commands: this.#tracker.commands };
  }

  readingWithout(detail: string): ShellReading {
    for (const template of this.#templates)
      if (!this.#places.has(template)) this.#places.set(template, { refused: 'unclassified', detail });
    return this.reading();
  }

  readLevel(openedAt: number | undefined): void {
    const level = this.#tracker.open(openedAt);
    while (this.#readUnit(level));
    this.#tracker.close();
  }

  /** Reads one unit or construct; false at the end of the level. */
  #readUnit(level: Level): boolean {
    if (this.#position >= this.#end) return this.#endOfText(level);
    const unit = this.#units[this.#position] as string;
    switch (unit) {
      case '':
        this.#place(this.#tracker.isInSubscript() ? { refused: 'arithmetic' } : 'unquoted');
        return true;
      case '\\':
        this.#readEscape();
        return true;
      case "'":
        this.#readSingleQuotes();
        return true;
      case '"':
        this.#readDoubleQuotes(undefined);
        return true;
      case '`':
        this.#readBackticks();
        return true;
      case '$':
        this.#readDollar(false, false);
        return true;
      case '#':
        if (level.word === undefined) this.#readComment();
        else this.#append(unit);
        return true;
      case ' ':
      case '\t':
        this.#tracker.endWord(level);
        this.#position += 1;
        return true;
      case '\n':
        this.#position += 1;
        this.#tracker.endCommand(level);
        this.#readHereDocuments(level);
        return true;
      case '<':
      case '>':
        this.#readRedirection(level);
        return true;
      case ';':
      case '&':
      case '|':
        this.#readSeparator(level, unit);
        return true;
      case '(':
      case ')':
        return this.#readParenthesis(level, unit);
      default:
        this.#append(unit);
        return true;
    }
  }

  #endOfText(level: Level): false {
    const [document] = level.hereDocuments;
    if (document !== undefined) throw new Unterminated('a here-document', document.openedAt);
    if (level.openedAt !== undefined) throw new Unterminated('a command substitution', level.openedAt);
    level.isTest = false;
    this.#tracker.endCommand(level);
    return false;
  }

  #readEscape(): void {
    const next = this.#units[this.#position + 1];
    if (next === undefined) throw new Unterminated('a line continuation', this.#position);
    this.#position += 2;
    if (next === '\n') return;
    this.#tracker.append(next);
    this.#tracker.quote();
  }

  #readSeparator(level: Level, unit: string): void {
    const isRedirection =
      unit === '&' && ('<>'.includes(this.#before() || ' ') || this.#units[this.#position + 1] === '>');
    if (!isRedirection) this.#tracker.endCommand(level);
    this.#position += 1;
  }

  #readParenthesis(level: Level, unit: string): boolean {
    if (unit === '(' && level.word === undefined && this.#units[this.#position + 1] === '(')
      throw new Unclassifiable('`((`');
    this.#tracker.endCommand(level);
    if (unit === '(') level.parentheses += 1;
    else if (level.parentheses > 0) level.parentheses -= 1;
    else if (level.openedAt !== undefined) {
      if (level.hereDocuments.length > 0) throw new Unclassifiable('a here-document without a body in `$( )`');
      this.#position += 1;
      return false;
    }
    this.#position += 1;
    return true;
  }

  #readRedirection(level: Level): void {
    this.#tracker.endWord(level);
    const operator =
      /^(?:<<<|<<-|<<|<>|>>|>\||<|>)/.exec(this.#units.slice(this.#position, this.#position + 3).join(''))?.[0] ?? '<';
    const openedAt = this.#position;
    this.#position += operator.length;
    if (level.isTest) return;
    if (operator === '<<' || operator === '<<-') {
      const { next, ...word } = readDelimiter(this.#units, this.#position, this.#end);
      this.#position = next;
      level.hereDocuments.push({ ...word, stripsTabs: operator === '<<-', openedAt, command: level.command });
    } else level.nextIsRedirection = this.#units[this.#position] !== '(';
  }

  #readHereDocuments(level: Level): void {
    this.#refuseSplitHereDocument(level);
    const documents = level.hereDocuments;
    level.hereDocuments = [];
    for (const document of documents) this.#readHereDocument(document);
  }

  /** A line that ends inside a quotation or substitution, between a here-document's operator and its body. */
  #refuseSplitHereDocument(except?: Level): void {
    if (this.#tracker.hasWaitingHereDocument(except))
      throw new Unclassifiable('a here-document whose line goes on inside a quotation or substitution');
  }

  #readHereDocument(document: HereDocument): void {
    const last = findLastLine(this.#units, this.#position, this.#end, document);
    const end = this.#end;
    this.#end = last.start;
    this.#tracker.insideHereDocument(document.command, () => this.#readBody(document.isQuoted));
    this.#end = end;
    this.#position = Math.min(last.end + 1, end);
  }

  #readBody(isQuoted: boolean): void {
    try {
      while (this.#position < this.#end) this.#readHereDocumentUnit(isQuoted);
    } catch (error) {
      if (!(error instanceof Unterminated)) throw error;
      throw new Unclassifiable(`${error.message} that is still open where the here-document ends`);
    }
  }

  #readHereDocumentUnit(isQuoted: boolean): void {
    const unit = this.#units[this.#position];
    if (unit === '') this.#place(isQuoted ? { refused: 'quoted here-document' } : 'quoted');
    else if (isQuoted) this.#position += 1;
    else if (unit === '\\') this.#position = Math.min(this.#position + 2, this.#end);
    else if (unit === '`') this.#readBackticks();
    else if (unit === '$') this.#readDollar(true, true);
    else this.#position += 1;
  }

  #readComment(): void {
    while (this.#position < this.#end && this.#units[this.#position] !== '\n') this.#skip('comment');
  }

  #readSingleQuotes(): void {
    const openedAt = this.#position;
    this.#position += 1;
    this.#tracker.quote();
    for (let unit = this.#next(openedAt, 'a quotation'); unit !== "'"; unit = this.#next(openedAt, 'a quotation')) {
      if (unit === '\n') this.#refuseSplitHereDocument();
      if (unit === '') this.#skip('single quotes');
      else this.#append(unit);
    }
    this.#position += 1;
  }

  /** `$'…'`: bash and newer shells know escapes inside it, older ones do not. */
  #readEscapedQuotes(): void {
    const openedAt = this.#position;
    this.#position += 2;
    this.#tracker.quote();
    for (let unit = this.#next(openedAt, 'a quotation'); unit !== "'"; unit = this.#next(openedAt, 'a quotation')) {
      const escaped = this.#units[this.#position + 1];
      if (unit === '\\' && (escaped === "'" || escaped === '\\')) throw new Unclassifiable("an escape inside `$'…'`");
      this.#skip('single quotes');
    }
    this.#position += 1;
  }

  #readDoubleQuotes(refusal: Refusal | undefined): void {
    const openedAt = this.#position;
    this.#position += 1;
    this.#tracker.quote();
    for (let unit = this.#next(openedAt, 'a quotation'); unit !== '"'; unit = this.#next(openedAt, 'a quotation')) {
      if (unit === '\n') this.#refuseSplitHereDocument();
      if (unit === '') this.#place(refusal === undefined ? this.#quotedPlace() : { refused: refusal });
      else if (unit === '\\') this.#readQuotedEscape();
      else if (unit === '`') this.#readBackticks();
      else if (unit === '$') this.#readDollar(true, false);
      else this.#append(unit);
    }
    this.#position += 1;
  }

  #readQuotedEscape(): void {
    const next = this.#units[this.#position + 1];
    if (next !== undefined && next !== '\n') this.#tracker.append('$`"\\'.includes(next || ' ') ? next : `\\${next}`);
    this.#position += next === '' ? 1 : 2;
  }

  #readBackticks(): void {
    const openedAt = this.#position;
    this.#position += 1;
    this.#tracker.append('`');
    for (let unit = this.#next(openedAt, 'backticks'); unit !== '`'; unit = this.#next(openedAt, 'backticks')) {
      if (unit === '\n') this.#refuseSplitHereDocument();
      if (unit === '\\' && this.#units[this.#position + 1] !== '') this.#position += 2;
      else this.#skip('backticks');
    }
    this.#position += 1;
  }

  /** At a `$`. `isQuoted`: inside double quotes or a here-document. */
  #readDollar(isQuoted: boolean, isHereDocument: boolean): void {
    this.#depth += 1;
    if (this.#depth > deepest) throw new Unclassifiable('deep nesting');
    this.#readExpansion(isQuoted, isHereDocument);
    this.#depth -= 1;
  }

  #readExpansion(isQuoted: boolean, isHereDocument: boolean): void {
    const openedAt = this.#position;
    const next = this.#position + 1 < this.#end ? this.#units[this.#position + 1] : undefined;
    if (next === "'" && !isQuoted) return this.#readEscapedQuotes();
    if (next === '[') throw new Unclassifiable('`$[`');
    this.#tracker.append('$');
    this.#position += 1;
    if (next === '') this.#place({ refused: 'dollar' });
    else if (next === '"' && !isQuoted) this.#readDoubleQuotes('unclassified');
    else if (next === '{') this.#readParameter(isQuoted, isHereDocument, openedAt);
    else if (next === '(' && this.#units[this.#position + 1] === '(') this.#readArithmetic(openedAt);
    else if (next === '(') {
      this.#position += 1;
      this.readLevel(openedAt);
    } else if (next !== undefined && /[#?$!@*\-0-9]/.test(next)) this.#position += 1;
  }

  #readParameter(isQuoted: boolean, isHereDocument: boolean, openedAt: number): void {
    this.#position += 1;
    const rest = this.#units.slice(this.#position, Math.min(this.#position + 256, this.#end));
    const known = rest.slice(0, rest.includes('') ? rest.indexOf('') : rest.length).join('');
    const name = /^(?:[A-Za-z_]\w*|[0-9]+|[@*?!$-])/.exec(known)?.[0] ?? '';
    const operator = name === '' ? undefined : defaulting.exec(known.slice(name.length))?.[0];
    this.#position += name.length + (operator?.length ?? 0);
    const place: Place = operator === undefined ? { refused: 'parameter expansion' } : isQuoted ? 'quoted' : 'unquoted';
    for (let unit = this.#next(openedAt, '`${`'); unit !== '}'; unit = this.#next(openedAt, '`${`')) {
      if (unit === '\n') this.#refuseSplitHereDocument();
      if (unit === '') this.#place(place);
      else if (unit === '\\') this.#position += this.#units[this.#position + 1] === '' ? 1 : 2;
      else if (unit === '`') this.#readBackticks();
      else if (unit === '$') this.#readDollar(isQuoted, isHereDocument);
      else if (unit === '"') this.#readInnerQuotes(isQuoted, isHereDocument);
      else if (unit === "'" && !isQuoted) this.#readSingleQuotes();
      else if (unit === "'" && operator === undefined) throw new Unclassifiable('single quotes in `"${…}"`');
      else this.#position += 1;
    }
    this.#position += 1;
  }

  #readInnerQuotes(isQuoted: boolean, isHereDocument: boolean): void {
    if (isHereDocument) throw new Unclassifiable('double quotes in `${…}` of a here-document');
    this.#readDoubleQuotes(isQuoted ? 'unclassified' : undefined);
  }

  #readArithmetic(openedAt: number): void {
    this.#position += 2;
    const enclosing = this.#enclosing;
    this.#enclosing ??= 'arithmetic';
    let parentheses = 0;
    for (;;) {
      const unit = this.#next(openedAt, 'arithmetic');
      if (unit === ')' && parentheses === 0) break;
      if (unit === "'" || unit === '"') throw new Unclassifiable('quotes in `$(( ))`');
      if (unit === '`') this.#readBackticks();
      else if (unit === '$') this.#readDollar(true, false);
      else {
        parentheses += unit === '(' ? 1 : unit === ')' ? -1 : 0;
        this.#skip('arithmetic');
      }
    }
    if (this.#units[this.#position + 1] !== ')') throw new Unclassifiable('`$((` that is no arithmetic');
    this.#position += 2;
    this.#enclosing = enclosing;
  }

  /** The unit at the position; the construct that was opened must not end with the text. */
  #next(openedAt: number, what: string): string {
    if (this.#position >= this.#end) throw new Unterminated(what, openedAt);
    return this.#units[this.#position] as string;
  }

  #skip(refusal: Refusal): void {
    if (this.#units[this.#position] === '') this.#place({ refused: refusal });
    else this.#position += 1;
  }

  #place(place: Place): void {
    this.#places.set(this.#position, this.#enclosing === undefined ? place : { refused: this.#enclosing });
    this.#tracker.addTemplate(this.#position);
    this.#position += 1;
  }

  #quotedPlace(): Place {
    return this.#tracker.isInSubscript() ? { refused: 'arithmetic' } : 'quoted';
  }

  #before(): string {
    return this.#units[this.#position - 1] ?? '';
  }

  #append(unit: string): void {
    this.#tracker.append(unit);
    this.#position += 1;
  }
}
