import type { StepLog } from '../../step/step-context.ts';

/** A log in memory. */
export interface RecordedLog extends StepLog {
  /** Everything written to a stream, as text. */
  text(stream: 'stdout' | 'stderr'): string;
  /** The sections in order, each with what both streams wrote in it. */
  readonly sections: readonly { readonly title: string; readonly text: string }[];
  /** The platform's lines, `info` and `warn` together. */
  readonly lines: readonly { readonly level: 'info' | 'warn'; readonly message: string }[];
}

export function createRecordedLog(): RecordedLog {
  const written: { readonly stream: 'stdout' | 'stderr'; readonly section: number; readonly data: Uint8Array }[] = [];
  const titles: string[] = [];
  const lines: { level: 'info' | 'warn'; message: string }[] = [];
  const joined = (pieces: typeof written) => Buffer.concat(pieces.map((piece) => piece.data)).toString();

  return {
    async write(stream, data) {
      written.push({ stream, section: titles.length - 1, data: Buffer.from(data) });
    },
    async section(title) {
      titles.push(title);
    },
    async info(message) {
      lines.push({ level: 'info', message });
    },
    async warn(message) {
      lines.push({ level: 'warn', message });
    },
    text: (stream) => joined(written.filter((piece) => piece.stream === stream)),
    get sections() {
      return titles.map((title, index) => ({
        title,
        text: joined(written.filter((piece) => piece.section === index)),
      }));
    },
    lines,
  };
}
