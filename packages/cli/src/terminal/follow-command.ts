import { once } from 'node:events';
import type { Process } from '@cicd/plugin';

/** Where a command's output goes. */
export interface CommandOutput {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Hands a process's output on as it comes; resolves to its exit code, or as soon as it is aborted rejects. */
export async function followCommand(child: Process, output: CommandOutput, signal: AbortSignal): Promise<number> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const follow = async () => {
    for await (const { stream, data } of child.output()) {
      if (!output[stream].write(data)) await once(output[stream], 'drain', { signal });
    }
    return (await child.wait()).exitCode;
  };
  const followed = follow();
  // Its process is removed when somebody else was faster.
  followed.catch(() => {});
  try {
    return await Promise.race([followed, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
