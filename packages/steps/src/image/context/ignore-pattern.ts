/**
 * A pattern of `.dockerignore`, matched against whole paths: `?` and `*` stay within a name, `**` goes over folders,
 * `[a-z]` and `[^a]` are classes, `\` takes the next character as it is. It becomes no regular expression: whoever
 * writes the file would choose how long that takes. https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export interface IgnorePattern {
  /** Whether it takes paths back in: `!`. */
  readonly isException: boolean;
  matches(path: string): boolean;
}

type Token =
  | { readonly kind: 'text'; readonly character: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'name' }
  | { readonly kind: 'all' }
  /** Begins folders that may be none: what follows it is `folders`. */
  | { readonly kind: 'maybe' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'class'; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] };

/** Undefined for a line that says nothing. Throws a sentence for a pattern that is not right. */
export function parseIgnorePattern(line: string): IgnorePattern | undefined {
  const trimmed = line.trim();
  const isException = trimmed.startsWith('!');
  const pattern = cleaned(isException ? trimmed.slice(1).trim() : trimmed);
  if (pattern === '') {
    if (isException) throw new Error('an exception (`!`) names nothing');
    return undefined;
  }
  if (!/[*?[\\]/.test(pattern)) return { isException, matches: (path) => path === pattern };
  const tokens = tokensOf(Array.from(pattern));
  return { isException, matches: (path) => matchTokens(tokens, Array.from(path)) };
}

/** Without empty and `.` segments and a leading slash; `..` takes the segment before it away. */
function cleaned(pattern: string): string {
  const kept: string[] = [];
  for (const segment of pattern.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return kept.join('/');
}

function tokensOf(characters: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === '*' && characters[at + 1] === '*') {
      while (characters[at + 1] === '*') at++;
      const isFolders = characters[at + 1] === '/';
      if (isFolders) at++;
      if (isFolders) tokens.push({ kind: 'maybe' }, { kind: 'folders' });
      else tokens.push({ kind: 'all' });
    } else if (character === '*') tokens.push({ kind: 'name' });
    else if (character === '?') tokens.push({ kind: 'one' });
    else if (character === '[') {
      const [token, end] = classOf(characters, at);
      tokens.push(token);
      at = end;
    } else if (character === '\\') tokens.push({ kind: 'text', character: characters[++at] ?? '\\' });
    else tokens.push({ kind: 'text', character });
  }
  return tokens;
}

function classOf(characters: readonly string[], start: number): [Token, number] {
  let at = start + 1;
  const isNegated = characters[at] === '^';
  if (isNegated) at++;
  const ranges: [string, string][] = [];
  const next = (): string => {
    if (characters[at] === '\\') at++;
    const character = characters[at++];
    if (character === undefined) throw new Error('a class `[` is not closed');
    return character;
  };
  while (characters[at] !== ']' || ranges.length === 0) {
    const from = next();
    const isRange = characters[at] === '-' && characters[at + 1] !== ']';
    if (isRange) at++;
    ranges.push([from, isRange ? next() : from]);
  }
  return [{ kind: 'class', isNegated, ranges }, at];
}

/**
 * Follows all ways through the pattern at once, so that the time is at most its length times the path's. A place is the
 * index of the token that comes next.
 */
function matchTokens(tokens: readonly Token[], path: readonly string[]): boolean {
  let places = withSkipped(tokens, new Set([0]));
  for (const character of path) {
    const next = new Set<number>();
    for (const place of places) {
      const token = tokens[place];
      if (!token || !takes(token, character)) continue;
      const mayStay = token.kind === 'name' || token.kind === 'all' || token.kind === 'folders';
      if (mayStay) next.add(place);
      // Folders end only with a slash.
      if (token.kind === 'folders' ? character === '/' : !mayStay) next.add(place + 1);
    }
    places = withSkipped(tokens, next);
    if (places.size === 0) return false;
  }
  return places.has(tokens.length);
}

/** What may stand for nothing is passed over as well. */
function withSkipped(tokens: readonly Token[], places: ReadonlySet<number>): Set<number> {
  const all = new Set(places);
  for (const place of all) {
    const kind = tokens[place]?.kind;
    if (kind === 'name' || kind === 'all' || kind === 'maybe') all.add(place + 1);
    if (kind === 'maybe') all.add(place + 2);
  }
  return all;
}

function takes(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'text':
      return token.character === character;
    case 'one':
    case 'name':
      return character !== '/';
    case 'maybe':
      return false;
    case 'all':
    case 'folders':
      return true;
    case 'class':
      return (
        character !== '/' && token.ranges.some(([from, to]) => from <= character && character <= to) !== token.isNegated
      );
  }
}
