import { text } from 'node:stream/consumers';
import type { EngineClient } from '../../engine/engine-client.ts';
import { EngineRefusal } from '../../engine/engine-refusal.ts';

export interface CheckResult {
  readonly passed: boolean;
  /** What the command said, its end. */
  readonly said: string;
}

const longestSaying = 500;

/**
 * Runs a command in a running container to its end. A program that the image lacks has not passed; the engine says so in
 * its answer or, by version, in the output. A container that has ended passes nothing.
 */
export async function execCheck(
  client: EngineClient,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<CheckResult> {
  try {
    const { Id: id } = await client.json<{ Id: string }>('POST', `/containers/${container}/exec`, {
      body: { Cmd: command, Tty: true, AttachStdout: true, AttachStderr: true },
      signal,
    });
    const body = { Detach: false, Tty: true };
    const said = (await text(await client.stream('POST', `/exec/${id}/start`, { body, signal }))).trim();
    const { ExitCode } = await client.json<{ ExitCode: number | null }>('GET', `/exec/${id}/json`, { signal });
    return { passed: ExitCode === 0, said: said.slice(-longestSaying) || `it ended with exit code ${ExitCode}` };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EngineRefusal && error.status < 500) return { passed: false, said: error.answer };
    throw error;
  }
}
