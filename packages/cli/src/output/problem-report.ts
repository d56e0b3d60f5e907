import type { styleText } from 'node:util';
import type { Problem } from '@cicd/plugin';

export type Style = (format: Parameters<typeof styleText>[0], text: string) => string;

const widestExcerpt = 160;

/** The line of the source with a mark under the column, as compilers show it; nothing for a line that is too long. */
function excerpt(problem: Problem, sourceLine: string | undefined, style: Style): string[] {
  if (sourceLine === undefined || problem.line === undefined || sourceLine.length > widestExcerpt) return [];
  const number = String(problem.line);
  const gutter = ' '.repeat(number.length);
  const mark = `${' '.repeat(Math.max(0, (problem.column ?? 1) - 1))}^`;
  return [style('dim', `  ${number} | `) + sourceLine, style('dim', `  ${gutter} | `) + style('yellow', mark)];
}

/** One problem as text: place, severity, message and code; the line it stands in; what to do. */
export function problemReport(problem: Problem, sourceLine: string | undefined, style: Style): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const severity = problem.severity === 'error' ? style('red', 'error') : style('yellow', 'warning');
  const lines = [
    `${style('bold', place)}  ${severity}  ${problem.message}  ${style('dim', problem.code)}`,
    ...excerpt(problem, sourceLine, style),
    ...(problem.hint === undefined ? [] : problem.hint.split('\n').map((line) => `    ${style('cyan', line)}`)),
  ];
  return lines.join('\n');
}

/** `3 errors, 1 warning` */
export function problemCount(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const count = (number: number, word: string) => (number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`]);
  return [...count(errors, 'error'), ...count(problems.length - errors, 'warning')].join(', ');
}
