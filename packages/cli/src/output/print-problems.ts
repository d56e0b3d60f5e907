import { existsSync, readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Problem } from '@cicd/plugin';
import { problemCount, problemReport } from './problem-report.ts';

/** Reads each file that problems point into once. */
function sourceLines(): (problem: Problem) => string | undefined {
  const files = new Map<string, string[]>();
  return ({ file, line }) => {
    if (file === undefined || line === undefined) return undefined;
    const lines = files.get(file) ?? (existsSync(file) ? readFileSync(file, 'utf8').split(/\r?\n/) : []);
    files.set(file, lines);
    return lines[line - 1];
  };
}

/** Prints every problem, in the order given, and how many there are. */
export function printProblems(problems: readonly Problem[], stream: NodeJS.WriteStream): void {
  const lineOf = sourceLines();
  const style = (format: Parameters<typeof styleText>[0], text: string) => styleText(format, text, { stream });
  for (const problem of problems) stream.write(`${problemReport(problem, lineOf(problem), style)}\n\n`);
  stream.write(`${problemCount(problems)}\n`);
}
