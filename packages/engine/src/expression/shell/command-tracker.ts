import type { HereDocument } from './here-document.ts';
import { Unclassifiable } from './place.ts';
import { type SimpleCommand, type Word, wordsFromName } from './simple-command.ts';

/** The commands of one shell level: the text itself or one `$( … )`. */
export interface Level {
  readonly openedAt: number | undefined;
  parentheses: number;
  command: SimpleCommand;
  word: Word | undefined;
  nextIsRedirection: boolean;
  /** Inside `[[ … ]]`, where `&&` and `(` separate no commands. */
  isTest: boolean;
  hereDocuments: HereDocument[];
}

/** Longer words are cut: only names and options are looked at. */
const longestWord = 256;

/** Follows which word of which command the lexer is in, through all levels. */
export class CommandTracker {
  readonly commands: SimpleCommand[] = [];
  readonly #levels: Level[] = [];
  /** Who gets a template that stands here, from outside inwards. */
  #owners: ((template: number) => void)[] = [];

  open(openedAt: number | undefined): Level {
    const level: Level = {
      openedAt,
      parentheses: 0,
      command: this.#newCommand(),
      word: undefined,
      nextIsRedirection: false,
      isTest: false,
      hereDocuments: [],
    };
    this.#levels.push(level);
    this.#owners.push((template) => this.#word(level).templates.push(template));
    return level;
  }

  close(): void {
    this.#levels.pop();
    this.#owners.pop();
  }

  /** While `read` runs, templates belong to the here-document of a command that is already over. */
  insideHereDocument(command: SimpleCommand, read: () => void): void {
    const owners = this.#owners;
    this.#owners = [...owners.slice(0, -1), (template) => command.input.push(template)];
    try {
      read();
    } finally {
      this.#owners = owners;
    }
  }

  addTemplate(unit: number): void {
    for (const own of this.#owners) own(unit);
  }

  append(text: string): void {
    const word = this.#currentWord();
    if (word.text.length < longestWord) word.text += text;
  }

  quote(): void {
    this.#currentWord().isQuoted = true;
  }

  /** `name[…`: bash computes the subscript. */
  isInSubscript(): boolean {
    return /^[A-Za-z_]\w*\[[^\]]*$/.test(this.#levels.at(-1)?.word?.text ?? '');
  }

  /** Whether a here-document waits for its body, in any level but one. */
  hasWaitingHereDocument(except?: Level): boolean {
    return this.#levels.some((level) => level !== except && level.hereDocuments.length > 0);
  }

  endWord(level: Level): void {
    const { word } = level;
    level.word = undefined;
    if (word === undefined || word.isQuoted || word.isRedirection) return;
    if (word.text === ']]') level.isTest = false;
    if ((word.text !== 'case' && word.text !== '[[') || wordsFromName(level.command)[0] !== word) return;
    if (word.text === '[[') level.isTest = true;
    else if (level.openedAt !== undefined) throw new Unclassifiable('`case` inside `$( )`');
  }

  endCommand(level: Level): void {
    this.endWord(level);
    if (level.isTest) return;
    level.nextIsRedirection = false;
    level.command = this.#newCommand();
  }

  #currentWord(): Word {
    const level = this.#levels.at(-1);
    if (level === undefined) throw new Error('The tracker has no open level.');
    return this.#word(level);
  }

  #word(level: Level): Word {
    if (level.word !== undefined) return level.word;
    level.word = { text: '', isQuoted: false, isRedirection: level.nextIsRedirection, templates: [] };
    level.nextIsRedirection = false;
    level.command.words.push(level.word);
    return level.word;
  }

  #newCommand(): SimpleCommand {
    const command: SimpleCommand = { words: [], input: [] };
    this.commands.push(command);
    return command;
  }
}
