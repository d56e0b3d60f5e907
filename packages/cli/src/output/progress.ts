import type { LogKey, LogStore, RunEvent, RunState } from '@cicd/engine';

/** Shows a run while it goes on. */
export interface Progress {
  event(event: RunEvent, state: RunState): void;
  /** Output of a step, whole lines, each with its line end. */
  output(step: string, lines: string): void;
  /** Nothing more comes; what was shown stays. */
  end(state: RunState): void;
}

/** Splits what comes in pieces into blocks of whole lines. */
export function wholeLines(emit: (lines: string) => void): { push(data: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder();
  let rest = '';
  return {
    push(data) {
      const text = rest + decoder.decode(data, { stream: true });
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      if (end > 0) emit(text.slice(0, end));
    },
    end() {
      const last = rest + decoder.decode();
      if (last !== '') emit(`${last}\n`);
    },
  };
}

/** Follows the log of an attempt to its end. */
export async function followLog(logs: LogStore, key: LogKey, progress: Progress): Promise<void> {
  const lines = wholeLines((text) => progress.output(key.step, text));
  for await (const data of logs.read(key, { follow: true })) lines.push(data);
  lines.end();
}
