import { setTimeout as sleep } from 'node:timers/promises';
import type { OutputChunk } from '@cicd/plugin';
import { logBeginning, type LogPosition } from './output-frames.ts';

/** Milliseconds between two looks, at least; and how many times as long as a look took. */
const shortestPause = 100;
const pausePerLook = 5;

export interface WatchedLog {
  /** Reads the log as it stands now, from a byte to its end. */
  look(fromByte: number, position: LogPosition): AsyncIterable<OutputChunk>;
  /** Resolves when nothing is written any more. */
  readonly ended: Promise<unknown>;
}

/**
 * Follows a log by looking at it again and again, for an engine that loses entries when it follows by itself. The
 * last entry of a log that is being written may be half an entry: it is given when it has stayed the same for two
 * looks, or another came after it, or the end.
 */
export async function* watchedLog({ look, ended }: WatchedLog, fromByte: number): AsyncGenerator<OutputChunk> {
  let over = false;
  // Who waits for the end hears of its failure below.
  const end = ended.then(() => (over = true));
  end.catch(() => undefined);
  let given = fromByte;
  let settled = 0;
  let length = -1;
  for (;;) {
    const last = over;
    const began = performance.now();
    const position = logBeginning();
    for await (const { stream, data } of look(given, position)) {
      const whole = last ? data : data.subarray(0, Math.max(0, settled - given));
      given += whole.length;
      if (whole.length > 0) yield { stream, data: whole };
    }
    if (last) return;
    settled = position.bytes === length ? position.bytes : position.lastEntry;
    length = position.bytes;
    const stop = new AbortController();
    const pause = Math.max(shortestPause, pausePerLook * (performance.now() - began));
    try {
      await Promise.race([end, sleep(pause, undefined, { signal: stop.signal }).catch(() => undefined)]);
    } finally {
      stop.abort();
    }
  }
}
