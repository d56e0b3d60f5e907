import { StepFailure } from '@cicd/plugin';
import { parseIgnorePattern, type IgnorePattern } from './ignore-pattern.ts';

/** Says of paths relative to the context whether they stay out of it. */
export type Ignores = (path: string) => boolean;

/** No project has as many; each costs time for each file. */
const mostPatterns = 10_000;
const longestPattern = 4096;

/**
 * Reads a `.dockerignore`: the last pattern that a path or a folder around it matches counts. Paths are compared as
 * they are, case by case. Errors: `image.context_invalid`, with the line.
 */
export function parseIgnoreFile(text: string, name: string): Ignores {
  const patterns: IgnorePattern[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.startsWith('#')) continue;
    if (line.length > longestPattern) throw invalid(name, index, `is longer than ${longestPattern} characters`);
    if (patterns.length === mostPatterns) throw invalid(name, index, `is the pattern ${mostPatterns + 1}, too many`);
    try {
      const pattern = parseIgnorePattern(line);
      if (pattern) patterns.push(pattern);
    } catch (error) {
      throw invalid(name, index, `is no pattern: ${(error as Error).message}`);
    }
  }
  return ignoring(patterns);
}

/** What a folder matches, all in it does: that is found once for each folder. */
function ignoring(patterns: readonly IgnorePattern[]): Ignores {
  const folders = new Map<string, readonly boolean[]>();
  const none = patterns.map(() => false);

  const matchesOf = (path: string): readonly boolean[] => {
    const around = folderOf(path);
    return patterns.map((pattern, index) => around[index] === true || pattern.matches(path));
  };
  const folderOf = (path: string): readonly boolean[] => {
    const slash = path.lastIndexOf('/');
    if (slash === -1) return none;
    const folder = path.slice(0, slash);
    const known = folders.get(folder) ?? matchesOf(folder);
    folders.set(folder, known);
    return known;
  };
  return (path) => {
    const last = matchesOf(path).lastIndexOf(true);
    return last !== -1 && patterns[last]?.isException === false;
  };
}

const invalid = (name: string, index: number, what: string): StepFailure =>
  new StepFailure({
    code: 'image.context_invalid',
    message: `Line ${index + 1} of ${name} ${what}.`,
    hint: 'See the rules of .dockerignore: https://docs.docker.com/build/concepts/context/#dockerignore-files',
  });
