import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal, TerminalConfig, TerminalSize } from '@cicd/plugin';
import type { EngineClient } from '../../engine/engine-client.ts';
import { engineTrouble, unless } from '../../engine/engine-refusal.ts';

interface ExecState {
  readonly Running: boolean;
  readonly ExitCode: number | null;
}

/** The engine closes the stream a moment before it knows the exit code, and tells nobody when it does. */
const looks = 100;
const lookEvery = 20;

/**
 * A command on a terminal of its own in a running container. The user is not named again: the engine would then leave
 * out the supplementary group. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Exec
 */
export async function openExecTerminal(
  client: EngineClient,
  container: string,
  { command, env = {}, size }: TerminalConfig,
): Promise<Terminal> {
  const { Id: id } = await client.json<{ Id: string }>('POST', `${container}/exec`, {
    body: {
      Cmd: command,
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Tty: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    },
  });
  const path = `/exec/${id}`;
  const stream = await client.connect(`${path}/start`, { body: { Detach: false, Tty: true } });
  // Before anybody reads: what breaks it is told by `wait`.
  const ended = finished(stream, { writable: false, cleanup: true }).catch((error: unknown) => error);
  stream.on('error', () => stream.destroy());

  const exitCode = async (): Promise<number> => {
    const broken = await ended;
    for (let look = 0; look < looks; look += 1) {
      const { Running, ExitCode } = await client.json<ExecState>('GET', `${path}/json`);
      if (!Running && ExitCode !== null) return ExitCode;
      await sleep(lookEvery);
    }
    throw engineTrouble(broken ?? new Error('the terminal was closed'), `POST ${path}/start`);
  };
  /** 404, 409 and 500: it has ended meanwhile. */
  const resize = async ({ columns, rows }: TerminalSize) =>
    void (await unless([404, 409, 500], client.done('POST', `${path}/resize`, { query: { h: rows, w: columns } })));

  let code: Promise<number> | undefined;
  try {
    await resize(size);
  } catch (error) {
    stream.destroy();
    throw error;
  }
  return { stream, resize, wait: () => (code ??= exitCode()) };
}
