import { EngineError, type Clock } from '@cicd/plugin';
import type { LiveLog } from './live-log.ts';
import { LogBatch } from './log-batch.ts';
import { LogCourse, type LogStand } from './log-course.ts';
import { closeLogFiles, writeHeader, writePlaces, type LogFiles } from './log-files.ts';
import type { LogStream } from './log-store.ts';
import { writeAt } from './positioned-file.ts';

export interface LogAppenderOptions {
  readonly files: LogFiles;
  readonly stand: LogStand;
  readonly clock: Clock;
  readonly live: LiveLog;
  /** Told each time the disk refuses, before the next try at `until` (milliseconds since the epoch). */
  readonly onTrouble?: ((error: EngineError, until: number) => void) | undefined;
}

const nothingToDo = Promise.resolve();
const nothing = new Uint8Array();

/**
 * Appends to a log file. While one batch is written the next one fills; when that is full, appending waits. A lone
 * piece is written at once. Trouble with the disk is waited out, so that what was taken is never lost.
 */
export class LogAppender {
  readonly #files: LogFiles;
  readonly #clock: Clock;
  readonly #live: LiveLog;
  readonly #onTrouble: LogAppenderOptions['onTrouble'];
  readonly #course: LogCourse;
  #filling = new LogBatch();
  #writing = new LogBatch();
  #flushing: Promise<void> | undefined;
  #roomAgain = Promise.withResolvers<void>();
  /** The last of those that wait their turn. */
  #turn: Promise<void> | undefined;

  constructor({ files, stand, clock, live, onTrouble }: LogAppenderOptions) {
    this.#files = files;
    this.#clock = clock;
    this.#live = live;
    this.#onTrouble = onTrouble;
    this.#course = new LogCourse(stand);
    this.#filling.start(stand.offset, stand.records);
  }

  append(stream: LogStream, bytes: Uint8Array): Promise<void> {
    return this.#inTurn(() => this.#take(stream, bytes));
  }

  /** Text of the platform, which begins and ends a line. */
  appendLine(text: string): Promise<void> {
    return this.#inTurn(() =>
      this.#take('platform', Buffer.from(`${this.#course.stand.lineOpen ? '\n' : ''}${text}\n`)),
    );
  }

  begin(title: string): Promise<void> {
    return this.#inTurn(() => {
      this.#filling.addPlace(this.#course.begin(title, this.#clock.now()));
      this.#flush();
      return undefined;
    });
  }

  /** Writes what is there, makes it durable, closes the files. With `ended` followers end. */
  async close({ ended }: { readonly ended: boolean }): Promise<{ readonly bytes: number; readonly lines: number }> {
    await this.#turn;
    await this.#flushing;
    const { offset, newlines, lineOpen, records } = this.#course.stand;
    try {
      await writeHeader(this.#files, records, ended);
      await Promise.all([this.#files.log.datasync(), this.#files.index.datasync()]);
    } catch (cause) {
      throw writeFailed(cause);
    } finally {
      await closeLogFiles(this.#files);
    }
    return { bytes: offset, lines: newlines + (lineOpen ? 1 : 0) };
  }

  /** Runs `work` when the calls before are done, which is at once unless one of them waits for room. */
  #inTurn(work: () => Promise<void> | undefined): Promise<void> {
    const running = this.#turn === undefined ? work() : this.#turn.then(work);
    if (running === undefined) return nothingToDo;
    const turn = running.finally(() => {
      if (this.#turn === turn) this.#turn = undefined;
    });
    this.#turn = turn;
    return turn;
  }

  #take(stream: LogStream, bytes: Uint8Array): Promise<void> | undefined {
    const rest = this.#fill(stream, bytes);
    return rest.length === 0 ? undefined : this.#takeRest(stream, rest);
  }

  async #takeRest(stream: LogStream, bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#filling.room === 0) await this.#roomAgain.promise;
      rest = this.#fill(stream, rest);
    }
  }

  /** Takes what fits; returns the rest. */
  #fill(stream: LogStream, bytes: Uint8Array): Uint8Array {
    let rest = bytes;
    while (rest.length > 0 && this.#filling.room > 0) {
      const place = this.#course.enter(stream, this.#clock.now());
      if (place !== undefined) this.#filling.addPlace(place);
      const room = Math.min(this.#course.room, this.#filling.room);
      const piece = room < rest.length ? rest.subarray(0, room) : rest;
      this.#filling.add(piece);
      this.#course.pass(piece);
      rest = room < rest.length ? rest.subarray(room) : nothing;
    }
    this.#flush();
    return rest;
  }

  #flush(): void {
    if (this.#filling.empty) return;
    this.#flushing ??= this.#flushAll();
  }

  async #flushAll(): Promise<void> {
    while (!this.#filling.empty) {
      const batch = this.#filling;
      this.#filling = this.#writing;
      this.#writing = batch;
      const { offset, records } = this.#course.stand;
      this.#filling.start(offset, records);
      this.#roomAgain.resolve();
      this.#roomAgain = Promise.withResolvers();
      await this.#write(batch);
      this.#live.announce();
    }
    this.#flushing = undefined;
  }

  async #write(batch: LogBatch): Promise<void> {
    for (let round = 0; ; round += 1) {
      try {
        await writePlaces(this.#files, batch.records, batch.places);
        return await writeAt(this.#files.log, batch.offset, batch.bytes);
      } catch (cause) {
        const until = this.#clock.now() + Math.min(1_000 * 2 ** round, 30_000);
        this.#onTrouble?.(writeFailed(cause), until);
        await this.#clock.waitUntil(until);
      }
    }
  }
}

function writeFailed(cause: unknown): EngineError {
  return new EngineError({
    code: 'log.write_failed',
    message: `a log cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Free space on the disk of the data folder, or check the disk; the step waits meanwhile.',
    retryable: true,
    cause,
  });
}
