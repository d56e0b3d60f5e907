import { styleText } from 'node:util';
import { plainProgress } from './plain-progress.ts';
import type { Progress } from './progress.ts';
import type { Style } from './problem-report.ts';
import { runHeader } from './run-header.ts';

/** Lines as they come, for files, pipes and other systems' logs: `step | text`. */
export function showPlain(stream: NodeJS.WriteStream, label?: string): Progress {
  const style: Style = (format, text) => styleText(format, text, { stream });
  const before = label === undefined ? '' : style('dim', `${label} `);
  const print = (lines: readonly string[]) =>
    lines.length > 0 && stream.write(`${lines.map((line) => before + line).join('\n')}\n`);
  return {
    event(event, state) {
      if (event.type === 'run.started') print([runHeader(state, style)]);
      print(plainProgress(event, state, style));
    },
    output(step, lines) {
      const prefix = before + style('dim', `${step} | `);
      stream.write(`${prefix}${lines.slice(0, -1).replaceAll('\n', `\n${prefix}`)}\n`);
    },
    trouble: (message) => print([style('yellow', message)]),
    pause: () => {},
    end: () => {},
  };
}
