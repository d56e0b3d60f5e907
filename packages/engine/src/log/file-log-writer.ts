import { EngineError, type StepFailure } from '@cicd/plugin';
import type { Masker } from '../masking/masker.ts';
import type { LogAppender } from './log-appender.ts';
import type { RunQuota } from './log-quota.ts';
import type { LogWriter } from './log-store.ts';
import type { StoredBefore } from './stored-before.ts';

type OutputStream = 'stdout' | 'stderr';

export interface FileLogWriterOptions {
  readonly appender: LogAppender;
  readonly masker: Masker;
  readonly before: StoredBefore;
  readonly quota?: RunQuota | undefined;
  onClosed(): void;
}

/** Masks what a step writes, leaves out what is stored already, and hands the rest to the appender. */
export class FileLogWriter implements LogWriter {
  readonly #options: FileLogWriterOptions;
  readonly #masking: Readonly<Record<OutputStream, ReturnType<Masker['stream']>>>;
  #closed = false;
  #full = false;

  constructor(options: FileLogWriterOptions) {
    this.#options = options;
    this.#masking = { stdout: options.masker.stream(), stderr: options.masker.stream() };
  }

  write(stream: OutputStream, data: Uint8Array): Promise<void> {
    if (this.#closed) return Promise.reject(closed());
    return this.#store(stream, this.#masking[stream].push(data));
  }

  async section(title: string): Promise<void> {
    this.#assertOpen();
    if (this.#options.before.hasSection()) return;
    await this.#options.appender.begin(this.#options.masker.text(title).replaceAll(/\s*[\r\n]+\s*/g, ' '));
  }

  info(message: string): Promise<void> {
    return this.#say(message);
  }

  warn(message: string): Promise<void> {
    return this.#say(`Warning: ${message}`);
  }

  async close({ resumable = false }: { readonly resumable?: boolean } = {}): Promise<{
    readonly bytes: number;
    readonly lines: number;
  }> {
    this.#assertOpen();
    this.#closed = true;
    const { appender, quota, onClosed } = this.#options;
    const [rest] = await Promise.allSettled([resumable ? undefined : this.#storeRest()]);
    const stored = await appender.close({ ended: !resumable }).finally(() => {
      quota?.release();
      onClosed();
    });
    if (rest.status === 'rejected') throw rest.reason;
    return stored;
  }

  async #storeRest(): Promise<void> {
    await this.#store('stdout', this.#masking.stdout.end());
    await this.#store('stderr', this.#masking.stderr.end());
  }

  /** No promise of its own for each piece: there are millions. */
  #store(stream: OutputStream, masked: Uint8Array): Promise<void> {
    const { appender, before, quota } = this.#options;
    const bytes = before.without(stream, masked);
    const allowed = quota?.take(bytes.length) ?? bytes.length;
    if (quota === undefined || allowed === bytes.length) return appender.append(stream, bytes);
    return this.#storeLast(stream, bytes.subarray(0, allowed), quota.exceeded());
  }

  async #storeLast(stream: OutputStream, bytes: Uint8Array, failure: StepFailure): Promise<never> {
    const { appender } = this.#options;
    await appender.append(stream, bytes);
    if (!this.#full) await appender.appendLine(`The log ends here: ${failure.message}. ${failure.hint}`);
    this.#full = true;
    throw failure;
  }

  async #say(message: string): Promise<void> {
    this.#assertOpen();
    const { appender, before, masker } = this.#options;
    const lines = masker
      .text(message)
      .split('\n')
      .filter((line) => !before.hasLine(line));
    if (lines.length > 0) await appender.appendLine(lines.join('\n'));
  }

  #assertOpen(): void {
    if (this.#closed) throw closed();
  }
}

function closed(): EngineError {
  return new EngineError({ code: 'log.closed', message: 'a log was written to after it was closed' });
}
