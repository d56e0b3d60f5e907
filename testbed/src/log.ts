import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** The log of one part: every action with its time, kept in a file. */
export interface Log {
  readonly file: string;
  line(text: string): void;
}

export function createLog(file: string): Log {
  return {
    file,
    line(text) {
      mkdirSync(path.dirname(file), { recursive: true });
      appendFileSync(file, `${new Date().toISOString()} ${text.trimEnd().replaceAll('\n', '\n    ')}\n`);
    },
  };
}
