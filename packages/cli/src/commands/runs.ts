import { styleText } from 'node:util';
import type { RunSummary } from '@cicd/engine';
import { ConfigError, formatByteSize, formatDuration } from '@cicd/plugin';
import { exitCode } from '../exit.ts';
import { withData } from '../input/open-data.ts';

function took({ startedAt, finishedAt }: RunSummary): string {
  return startedAt && finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)) : '';
}

function table(runs: readonly RunSummary[]): string {
  const rows = runs.map((run) => [
    run.id,
    run.status,
    run.pipeline,
    run.createdAt.replace('T', ' ').slice(0, 19),
    took(run),
    run.attempt > 1 ? `attempt ${run.attempt}` : '',
    run.workspaceBytes === undefined ? '' : `workspace kept, ${formatByteSize(run.workspaceBytes)}`,
  ]);
  const widths = Array.from(rows[0] ?? [], (_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const colour = { succeeded: 'green', failed: 'red' } as const;
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const padded = cell.padEnd(widths[column] ?? 0);
          return column === 1
            ? styleText(colour[cell as keyof typeof colour] ?? 'yellow', padded, { stream: process.stdout })
            : padded;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `cicd runs`: newest first. */
export function runs(options: {
  readonly limit: string;
  readonly json?: boolean;
  readonly dataDir?: string;
}): Promise<number> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new ConfigError({
      code: 'command.usage',
      message: `--limit ${options.limit} is not a number from 1 to 1000`,
    });
  }
  return withData(options, async (platform) => {
    const found = await platform.runs.list({ limit });
    if (options.json) {
      const listed = found.map(({ id, status, pipeline, attempt, startedAt, workspaceBytes }) => ({
        id,
        status,
        pipeline,
        attempt,
        started_at: startedAt ?? null,
        ...(workspaceBytes !== undefined && { workspace_bytes: workspaceBytes }),
      }));
      process.stdout.write(`${JSON.stringify({ runs: listed }, null, 2)}\n`);
    } else {
      process.stdout.write(found.length > 0 ? `${table(found)}\n` : 'no runs yet: start one with `cicd run`\n');
    }
    return exitCode.ok;
  });
}
