import type { LogKey, LogStore, QueuedBehind, RunEvent, RunListener, RunState } from '@cicd/engine';

/** Shows a run while it goes on. */
export interface Progress {
  event(event: RunEvent, state: RunState): void;
  /** Output of a step, whole lines, each with its line end. */
  output(step: string, lines: string): void;
  /** Something that holds the whole run up. */
  trouble(message: string): void;
  /** Leaves the screen to a question until the next event; what was shown stays. */
  pause(): void;
  /** Nothing more comes; what was shown stays. Without a state nothing was to be shown. */
  end(state?: RunState): void;
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

/** Shows a run by what its runtime tells: its events, its trouble, and every log from its beginning to its end. */
export function followRun(
  logs: LogStore,
  progress: Progress,
): { readonly listener: RunListener; logsEnded(): Promise<unknown> } {
  const following: Promise<void>[] = [];
  return {
    listener: {
      event: ({ event }, state) => progress.event(event, state),
      log: (key) => following.push(followLog(logs, key, progress)),
      trouble: ({ message }) => progress.trouble(message),
      queued: (behind) => progress.trouble(queuedLine(behind)),
    },
    logsEnded: () => Promise.all(following),
  };
}

/** Who has the group that a run waits for, and how to get on when nobody drives that one. */
function queuedLine({ group, run, isDriven }: QueuedBehind): string {
  const way = isDriven ? '' : `, which nobody drives: cicd resume ${run}, or cicd cancel ${run} and then resume it`;
  return `queued: the concurrency group ${group} is held by ${run}${way}`;
}

async function followLog(logs: LogStore, key: LogKey, progress: Progress): Promise<void> {
  const lines = wholeLines((text) => progress.output(key.step, text));
  for await (const data of logs.read(key, { follow: true })) lines.push(data);
  lines.end();
}
