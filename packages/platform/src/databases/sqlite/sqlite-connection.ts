import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EngineError, type DatabaseConnection } from '@cicd/plugin';
import { connectionFailure } from '../connection-failure.ts';
import type { SqliteAnswer, SqliteTask } from './sqlite-task.ts';

/** A file of its own in the sources and in every bundle. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './sqlite-process.ts' : './sqlite-process.js', import.meta.url),
);

/** A database in a file. Nothing is open between two statements. */
export function createSqliteConnection(name: string, file: string): DatabaseConnection {
  const perform = async (task: SqliteTask, signal: AbortSignal) => {
    const answer = await ask(task, signal);
    if ('failure' in answer) throw connectionFailure(name, answer.failure, answer.message);
    return answer;
  };
  return {
    async query(statement, { signal, ...limits }) {
      return (await perform({ kind: 'query', file, statement, ...limits }, signal)).rows;
    },
    execute: (statement, { signal, ...limits }) => perform({ kind: 'execute', file, statement, ...limits }, signal),
  };
}

async function ask(task: SqliteTask, signal: AbortSignal): Promise<SqliteAnswer> {
  signal.throwIfAborted();
  const child = fork(program, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  try {
    return await new Promise<SqliteAnswer>((resolve, reject) => {
      child.once('message', (answer) => resolve(answer as SqliteAnswer));
      child.once('error', reject);
      child.once('exit', () =>
        reject(
          new EngineError({ code: 'connection.unreachable', message: 'the process of SQLite ended without a word' }),
        ),
      );
      child.send(task);
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await ended;
    signal.removeEventListener('abort', kill);
  }
}
