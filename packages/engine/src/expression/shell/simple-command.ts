/** One word of a command, its quotes removed. */
export interface Word {
  text: string;
  isQuoted: boolean;
  readonly isRedirection: boolean;
  /** Templates in it, also inside its substitutions: numbers of units. */
  readonly templates: number[];
}

/** What stands between two separators, for the commands that evaluate their arguments. */
export interface SimpleCommand {
  readonly words: Word[];
  /** Templates in its here-documents. */
  readonly input: number[];
}

export interface CommandFinding {
  readonly template: number;
  /** `evaluated`: the value becomes code of another shell; `arithmetic`: bash computes with it, which can run code. */
  readonly kind: 'evaluated' | 'arithmetic';
  readonly by: string;
}

const prefixes = new Set([
  'if',
  'then',
  'elif',
  'else',
  'while',
  'until',
  'do',
  '!',
  '{',
  'time',
  'exec',
  'command',
  'builtin',
  'nohup',
  'sudo',
  'env',
]);
const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'su']);
const evaluating = new Set(['eval', 'trap', 'alias', 'ssh']);
/** Builtins of bash that take names, whose subscripts are computed. */
const naming = new Set(['let', 'unset', 'read', 'getopts', 'mapfile', 'readarray']);
const declaring = new Set(['declare', 'typeset', 'local', 'readonly', 'export']);
const comparison = /^-(?:eq|ne|lt|le|gt|ge|v|R)$/;

/** The words from the command's name on. */
export function wordsFromName({ words }: SimpleCommand): readonly Word[] {
  const written = words.filter((word) => !word.isRedirection);
  const start = written.findIndex((word) => !prefixes.has(word.text) && !/^\w+(?:\[[^\]]*\])?\+?=/.test(word.text));
  return start < 0 ? [] : written.slice(start);
}

/** Templates whose values a command evaluates. */
export function inspectCommand(command: SimpleCommand): CommandFinding[] {
  const [name, ...rest] = wordsFromName(command);
  if (name === undefined) return [];
  const by = baseName(name.text);
  if (evaluating.has(by)) return findings(rest, 'evaluated', by);
  if (naming.has(by)) return findings(rest, 'arithmetic', by);
  if (declaring.has(by) && rest.some((word) => /^-\w*i/.test(word.text)))
    return findings(rest, 'arithmetic', `${by} -i`);
  if (by === '[[' && rest.some((word) => comparison.test(word.text))) return findings(rest, 'arithmetic', '[[');
  return [...variableOption(by, rest), ...shellScript([name, ...rest]), ...shellInput(command, by)];
}

/** `printf -v NAME`, `test -v NAME`. */
function variableOption(by: string, words: readonly Word[]): CommandFinding[] {
  const option = words.findIndex((word) => word.text === '-v');
  const takesName = by === 'printf' || by === 'test' || by === '[';
  return takesName && option >= 0 ? findings(words.slice(option + 1, option + 2), 'arithmetic', `${by} -v`) : [];
}

/** `sh -c SCRIPT`, also after other words: `docker exec x sh -c SCRIPT`. Arguments after the script are safe. */
function shellScript(words: readonly Word[]): CommandFinding[] {
  const shell = words.findIndex((word) => shells.has(baseName(word.text)));
  const option = words.findIndex((word, index) => shell >= 0 && index > shell && /^-[a-z]*c$/.test(word.text));
  if (option < 0) return [];
  return findings(words.slice(option + 1, option + 2), 'evaluated', `${baseName(words[shell]?.text ?? '')} -c`);
}

/** `sh <<EOF`, `bash <<< text`. */
function shellInput(command: SimpleCommand, by: string): CommandFinding[] {
  if (!shells.has(by)) return [];
  const redirections = command.words.filter((word) => word.isRedirection);
  return [
    ...findings(redirections, 'evaluated', by),
    ...command.input.map((template) => ({ template, kind: 'evaluated' as const, by })),
  ];
}

function findings(words: readonly Word[], kind: CommandFinding['kind'], by: string): CommandFinding[] {
  return words.flatMap((word) => word.templates.map((template) => ({ template, kind, by })));
}

function baseName(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}
