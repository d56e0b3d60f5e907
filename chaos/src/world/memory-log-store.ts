import type { LogKey, LogStore, LogWriter, LogWriterOptions } from '@cicd/engine';
import { EngineError } from '@cicd/plugin';
import { attemptName, type ObservedLog } from '../history/observation.ts';

type Source = 'stdout' | 'stderr' | 'platform' | 'section';

interface Piece {
  readonly source: Source;
  readonly text: string;
}

interface MemoryLog {
  readonly pieces: Piece[];
  /** How many of them have reached the disk. */
  flushed: number;
  /** The process that writes it. */
  writer: string | undefined;
}

/** Logs of a machine: they outlive processes, but for what had not reached the disk. */
export interface MachineLogs {
  /** As one process sees them. Only writing is there: nothing of a run reads its logs. */
  forProcess(name: string): LogStore;
  observe(): readonly ObservedLog[];
  /** The process has died: of what it wrote and did not flush, `share` (0 to 1) has reached the disk. */
  crash(name: string, share: number): void;
}

/** A model of the log store's promises: what is flushed stays, and a resumed writer drops what is stored already. */
export function createMachineLogs(): MachineLogs {
  const logs = new Map<string, MemoryLog>();

  const open = (writer: string, key: LogKey, { append, resume }: LogWriterOptions): MemoryLog => {
    const name = attemptName(key.step, key.attempt);
    const known = logs.get(name);
    if (known && (known.writer === writer || !(append || resume)))
      throw new EngineError({ code: 'log.exists', message: `there is a log of ${name} already` });
    const log = known ?? { pieces: [], flushed: 0, writer };
    log.writer = writer;
    logs.set(name, log);
    return log;
  };

  const writerOf = (log: MemoryLog, resume: boolean): LogWriter => {
    const dropped = new Map<Source, number>();
    const known = log.pieces.filter(({ source }) => source === 'stdout' || source === 'stderr');
    const bytes = new Map<Source, number>();
    for (const { source, text } of known) bytes.set(source, (bytes.get(source) ?? 0) + text.length);
    const lines = log.pieces.filter(({ source }) => source === 'platform' || source === 'section');
    const unseen = lines.map(({ source, text }) => `${source} ${text}`);

    const add = async (source: Source, text: string) => {
      if (resume && (source === 'platform' || source === 'section')) {
        const index = unseen.indexOf(`${source} ${text}`);
        if (index >= 0) return void unseen.splice(index, 1);
      }
      const skip = resume ? Math.min((bytes.get(source) ?? 0) - (dropped.get(source) ?? 0), text.length) : 0;
      dropped.set(source, (dropped.get(source) ?? 0) + skip);
      if (skip < text.length) log.pieces.push({ source, text: text.slice(skip) });
    };
    return {
      write: (stream, data) => add(stream, Buffer.from(data).toString('latin1')),
      section: (title) => add('section', title),
      info: (message) => add('platform', `${message}\n`),
      warn: (message) => add('platform', `${message}\n`),
      async close() {
        log.flushed = log.pieces.length;
        log.writer = undefined;
        const text = shown(log);
        return { bytes: text.length, lines: text.split('\n').length - 1 };
      },
    };
  };

  return {
    forProcess(name) {
      const store: Pick<LogStore, 'writer'> = {
        writer: async (key, _masker, options = {}) => writerOf(open(name, key, options), options.resume ?? false),
      };
      return store as LogStore;
    },
    observe: () => Array.from(logs, ([name, log]) => ({ name, text: shown(log) })),
    crash(name, share) {
      for (const log of logs.values()) {
        if (log.writer !== name) continue;
        log.pieces.splice(log.flushed + Math.round((log.pieces.length - log.flushed) * share));
        log.flushed = log.pieces.length;
        log.writer = undefined;
      }
    },
  };
}

const shown = ({ pieces }: MemoryLog): string =>
  pieces
    .filter(({ source }) => source !== 'section')
    .map(({ text }) => text)
    .join('');
