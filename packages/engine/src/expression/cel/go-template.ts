import { findStringEnd } from '../template-scanner.ts';

interface GoTemplate {
  readonly message: string;
  readonly hint: string;
}

const operators: ReadonlyMap<string, string> = new Map([
  ['eq', '=='],
  ['ne', '!='],
  ['lt', '<'],
  ['le', '<='],
  ['gt', '>'],
  ['ge', '>='],
  ['and', '&&'],
  ['or', '||'],
]);
const renamed: ReadonlyMap<string, string> = new Map([
  ['len', 'size'],
  ['toJson', 'json'],
  ['sha256sum', 'hash'],
  ['print', 'string'],
]);
const blocks = new Set(['if', 'else', 'end', 'range', 'with', 'define', 'template', 'block']);
const functions = new Set(['index', 'printf', 'println', 'not', 'slice', 'call', 'html', 'js', 'urlquery', 'quote']);

/** Recognises what only Go's template language writes so, and says how it is written in CEL. */
export function findGoTemplate(source: string): GoTemplate | undefined {
  if (/^-\s/.test(source) || /\s-$/.test(source))
    return {
      message: 'The marks `{{-` and `-}}` belong to Go templates.',
      hint: 'Write `{{` and `}}`, and leave out the white space itself.',
    };
  const stages = splitOutside(source, (text, at) => text[at] === '|' && text[at + 1] !== '|' && text[at - 1] !== '|');
  const words = wordsOf(stages[0] ?? '');
  const first = words[0] ?? '';
  if (blocks.has(first) && (words.length > 1 || first === 'end' || first === 'else'))
    return {
      message: `\`${first}\` belongs to Go templates; an expression is CEL and has no blocks.`,
      hint: "Write `condition ? 'a' : 'b'`, `list.map(x, …)`, or put a condition on the step with `if:`.",
    };
  const isCall =
    isGoFunction(first) && isGoArgument(words[1] ?? '') && !(first === 'default' && words[1]?.startsWith('('));
  if (stages.length === 1 && !isCall) return undefined;
  const what = stages.length > 1 ? 'A pipe' : `\`${first} …\``;
  return {
    message: `${what} belongs to Go templates; an expression is CEL.`,
    hint: `Write \`{{ ${toCel(stages)} }}\`.`,
  };
}

/** The call in CEL that stands for a function of Go's: `len` → `size(…)`. */
export function celNameOfGo(name: string): string | undefined {
  const celName = renamed.get(name);
  return celName === undefined ? undefined : `${celName}(…)`;
}

function isGoFunction(name: string): boolean {
  return operators.has(name) || renamed.has(name) || functions.has(name) || name === 'default';
}

/** Not an operator of CEL. */
function isGoArgument(word: string): boolean {
  return /^[.$("'\w]/.test(word) && word !== 'in';
}

function toCel(stages: readonly string[]): string {
  let piped: string | undefined;
  for (const stage of stages) {
    const words = wordsOf(stage).map(operand);
    piped = callOf(words, piped);
  }
  return piped ?? '';
}

/** Go hands the piped value on as the last argument. */
function callOf([name = '', ...written]: readonly string[], piped: string | undefined): string {
  const values = piped === undefined ? written : [...written, piped];
  const [first = '…', ...rest] = values;
  if (values.length === 0) return name;
  const operator = operators.get(name);
  if (operator !== undefined) return values.join(` ${operator} `);
  if (name === 'index') return first + rest.map((key) => `[${key}]`).join('');
  if (name === 'printf') return `${first}.format([${rest.join(', ')}])`;
  if (name === 'not') return `!${first}`;
  if (name === 'quote') return `json(${first})`;
  if (name === 'default') return `default(${rest[0] ?? '…'}, ${first})`;
  return `${renamed.get(name) ?? name}(${values.join(', ')})`;
}

function operand(word: string): string {
  const inner = /^\((.*)\)$/.exec(word)?.[1];
  return inner === undefined ? word : `(${toCel(splitOutside(inner, (text, at) => text[at] === '|'))})`;
}

function wordsOf(text: string): string[] {
  return splitOutside(text.trim(), (part, at) => /\s/.test(part.charAt(at))).filter((word) => word !== '');
}

/** Splits where `isSeparator` holds outside strings and parentheses. */
function splitOutside(text: string, isSeparator: (text: string, at: number) => boolean): string[] {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"' || character === "'") at = (findStringEnd(text, at) ?? text.length) - 1;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (depth === 0 && isSeparator(text, at)) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
