import type { LogKey, LogStore, LogWriter } from '../../src/log/log-store.ts';
import type { Masker } from '../../src/masking/masker.ts';

/** Logs as lists of texts: enough to see what a run wrote, in which order, and when it was closed. */
export interface MemoryLogs extends Pick<LogStore, 'writer'> {
  text(step: string, attempt?: number): string;
  /** Called before a log is closed; what it throws, the closing throws. */
  beforeClose?: () => void;
  readonly opened: string[];
}

export function createMemoryLogs(): MemoryLogs {
  const texts = new Map<string, string>();
  const name = ({ step, attempt }: Pick<LogKey, 'step' | 'attempt'>) => `${step}#${attempt}`;
  const logs: MemoryLogs = {
    opened: [],
    text: (step, attempt = 1) => texts.get(name({ step, attempt })) ?? '',
    writer(key: LogKey, masker: Masker, { append = false, resume = false } = {}) {
      logs.opened.push(`${name(key)}${resume ? ' resumed' : append ? ' appended' : ''}`);
      const add = (text: string) => {
        texts.set(name(key), (texts.get(name(key)) ?? '') + masker.text(text));
        return Promise.resolve();
      };
      const writer: LogWriter = {
        write: (_stream, data) => add(Buffer.from(data).toString()),
        section: (title) => add(`## ${title}\n`),
        info: (message) => add(`i ${message}\n`),
        warn: (message) => add(`! ${message}\n`),
        close: async () => {
          logs.beforeClose?.();
          const text = texts.get(name(key)) ?? '';
          return { bytes: Buffer.byteLength(text), lines: text.split('\n').length - 1 };
        },
      };
      return Promise.resolve(writer);
    },
  };
  return logs;
}
