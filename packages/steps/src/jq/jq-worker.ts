import { parentPort, workerData } from 'node:worker_threads';
import { loadJq } from 'jq-wasm/inline';
import type { JqAnswer, JqTask } from './jq-task.ts';

const task = workerData as JqTask;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of threads has no origin
const answer = (message: JqAnswer) => parentPort?.postMessage(message);

let overflowed = false;

/**
 * The program's memory is bounded by its build, its output is not: the buffer that collects it doubles for ever. This
 * thread belongs to one expression, so it is bounded in all of it.
 */
function boundBuffers(): void {
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct(target, args, newTarget) {
      if (typeof args[0] === 'number' && args[0] > task.maxOutput) {
        overflowed = true;
        answer({ limit: 'output' });
        throw new RangeError('the limit of output is reached');
      }
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
}

const jq = await loadJq();
boundBuffers();
const variables = Object.entries(task.variables).flatMap(([name, json]) => ['--argjson', name, json]);
try {
  answer(jq.raw(task.input, task.expression, ['-c', ...variables, '--']));
} catch (error) {
  // The program aborts where it gets no memory; it has no other word for it.
  if (error instanceof Error && error.message.startsWith('Aborted')) answer({ limit: 'memory' });
  else if (!overflowed) throw error;
}
