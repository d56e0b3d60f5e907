import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadyCheck } from '@cicd/plugin';
import type { EngineClient } from '../../engine/engine-client.ts';
import { logBeginning, outputFrames } from '../process/output-frames.ts';
import { execCheck } from './exec-check.ts';
import { portCheck } from './port-check.ts';

/** Milliseconds between two looks: the first ones are close together, for most services begin within a second. */
const firstPause = 100;
const longestPause = 1_000;

/** Resolves to true when the check passes, to false when there is nothing more to look at. Tells what failed looks said. */
export async function untilReady(
  client: EngineClient,
  container: string,
  { port, command, log }: ReadyCheck,
  signal: AbortSignal,
  onFailedLook: (said: string) => void,
): Promise<boolean> {
  if (log !== undefined) return untilWritten(client, container, log, signal);
  const check = port === undefined ? command : portCheck(port);
  if (check === undefined) return true;
  for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
    const { passed, said } = await execCheck(client, container, check, signal);
    if (passed) return true;
    if (port === undefined || /sh\b.*not found/.test(said)) onFailedLook(said);
    await sleep(pause, undefined, { signal });
  }
}

/** Reads what the container writes until it holds the text. */
async function untilWritten(
  client: EngineClient,
  container: string,
  wanted: string,
  signal: AbortSignal,
): Promise<boolean> {
  const query = { stdout: 1, stderr: 1, timestamps: 1, follow: true };
  const log = await client.stream('GET', `/containers/${container}/logs`, { query, signal });
  const bytes = Buffer.from(wanted);
  let kept = Buffer.alloc(0);
  try {
    for await (const { data } of outputFrames(log as AsyncIterable<Uint8Array>, 0, logBeginning())) {
      const seen = Buffer.concat([kept, data]);
      if (seen.includes(bytes)) return true;
      kept = seen.subarray(Math.max(0, seen.length - bytes.length + 1));
    }
    return false;
  } finally {
    log.destroy();
  }
}
