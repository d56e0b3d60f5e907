import { Worker } from 'node:worker_threads';
import { EngineError, StepFailure } from '@cicd/plugin';
import type { JqAnswer, JqTask } from './jq-task.ts';

/** A file of its own in the sources and in every bundle. */
const workerFile = new URL(import.meta.url.endsWith('.ts') ? './jq-worker.ts' : './jq-worker.js', import.meta.url);

const limitOf = (task: JqTask): Readonly<Record<string, string>> => ({
  memory: 'more than 256 MiB of memory',
  output: `more than ${task.maxOutput / 2 ** 20} MiB of output`,
});

/**
 * Runs a jq program in a thread of its own, which ends with it or with the signal, whatever the program does.
 * Returns its output, one JSON value a line. Errors: `jq.failed`, `jq.limit_reached`.
 */
export async function runJq(task: JqTask, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const worker = new Worker(workerFile, { workerData: task, env: {}, stdout: true, stderr: true });
  try {
    const answer = await new Promise<JqAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () =>
        reject(new EngineError({ code: 'step.unexpected', message: 'jq ended without a word' })),
      );
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    if ('limit' in answer) {
      throw new StepFailure({
        code: 'jq.limit_reached',
        message: `the expression wants ${limitOf(task)[answer.limit] ?? answer.limit}`,
        hint: 'Take a smaller part of the input, or bound it: `limit(100; …)`.',
      });
    }
    if (answer.exitCode === 0) return answer.stdout;
    throw new StepFailure({
      code: 'jq.failed',
      message: messageOf(answer.stderr),
      hint: 'The manual of jq: https://jqlang.org/manual/v1.8/.',
    });
  } finally {
    await worker.terminate();
  }
}

/** Without the names of files that nobody has. */
const messageOf = (stderr: string): string =>
  stderr.replaceAll(/ \(at \/dev\/stdin:\d+\)/g, '').trim() || 'jq failed without a message';
