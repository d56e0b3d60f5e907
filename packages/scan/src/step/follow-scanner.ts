import { StringDecoder } from 'node:string_decoder';
import { StepFailure, type ExitStatus, type Process, type StepContext } from '@cicd/plugin';
import { plainLine } from '../finding/plain-text.ts';
import { largestReport } from '../sarif/read-sarif.ts';
import { reportInvalid } from '../sarif/report-invalid.ts';

/** Milliseconds between SIGTERM and SIGKILL. */
const grace = 10_000;

/** Characters of standard error that are kept for judging. */
const keptText = 64 * 1024;

export interface ScannerEnd {
  /** What it wrote to standard output: the report, byte for byte. */
  readonly report: Uint8Array;
  /** The last that it wrote to standard error. */
  readonly said: string;
  readonly status: ExitStatus;
}

/** Reads a scanner to its end: standard output is the report, standard error goes to the log. An abort stops it. */
export async function followScanner(ctx: StepContext, process: Process): Promise<ScannerEnd> {
  const pieces: Uint8Array[] = [];
  const decoder = new StringDecoder('utf8');
  let size = 0;
  let said = '';
  const read = async () => {
    for await (const { stream, data } of process.output()) {
      if (stream === 'stderr') {
        said = (said + decoder.write(Buffer.from(data))).slice(-keptText);
        await ctx.log.write('stderr', data);
        continue;
      }
      size += data.byteLength;
      if (size <= largestReport) pieces.push(data);
      else {
        pieces.length = 0;
        await process.stop(grace);
      }
    }
    return process.wait();
  };
  const [status] = await Promise.all([read(), stopOnAbort(process, ctx.signal)]);
  ctx.signal.throwIfAborted();
  if (size > largestReport) throw reportInvalid('is larger than 128 MiB', 'Narrow the scan, or its rules.');
  return { report: Buffer.concat(pieces), said, status };
}

/** Resolves when the process has ended, by itself or stopped. */
async function stopOnAbort(process: Process, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, signal: ended.signal });
  });
  try {
    await Promise.race([aborted, process.wait()]);
    if (signal.aborted) await process.stop(grace);
  } finally {
    ended.abort();
  }
}

/** Only 0 stands for a finished scan: no scanner is asked to tell of findings by its exit code. */
export function checkEnd(scanner: string, { status, said }: ScannerEnd, memoryLimit: string | number): void {
  const { exitCode, outOfMemory } = status;
  if (outOfMemory)
    throw new StepFailure({
      code: 'step.out_of_memory',
      message: `${scanner} was killed: it reached its memory limit of ${memoryLimit}`,
      hint: 'Raise memory_limit, or scan less at once.',
      details: { exit_code: exitCode },
    });
  if (exitCode === 0) return;
  const last = said
    .trimEnd()
    .split('\n')
    .slice(-5)
    .map((line) => plainLine(line, 300))
    .filter((line) => line !== '');
  throw new StepFailure({
    code: 'scan.scanner_failed',
    message: `${scanner} ended with exit code ${exitCode}${last.length === 0 ? ', and said nothing' : `: ${last.join(' | ')}`}`,
    hint: 'The scan counts as failed, not as clean.',
    details: { exit_code: exitCode, last_lines: last },
  });
}

export const nothingScanned = (what: string, hint: string): StepFailure =>
  new StepFailure({ code: 'scan.nothing_scanned', message: what, hint });
