import type { RunSummary } from '@cicd/engine';
import type { Platform } from '@cicd/platform';

/** The runs that have not ended and that no living process drives, oldest first. */
export async function unfinishedRuns({ runs, ownership }: Platform): Promise<RunSummary[]> {
  const found = await runs.unfinished();
  const owners = new Set(found.flatMap(({ holder }) => holder?.owner ?? []));
  const living = new Set<string>();
  for (const owner of owners) if (await ownership.isAlive(owner)) living.add(owner);
  return found.filter(({ holder }) => !holder || !living.has(holder.owner)).map(({ run }) => run);
}

/** How many are named one by one. */
const named = 3;

/** What a user is told of runs that lie unfinished; undefined when there is nothing to say. */
export function unfinishedNotice(runs: readonly RunSummary[]): string | undefined {
  // A run that asks somebody lies where it belongs.
  const interrupted = runs.filter(({ status, asks = 0 }) => status !== 'waiting' || asks === 0);
  const [first] = interrupted;
  if (!first) return undefined;
  if (interrupted.length === 1)
    return `the run ${first.id} of ${first.pipeline} did not come to its end: cicd resume ${first.id}`;
  const ids = interrupted.slice(0, named).map(({ id }) => id);
  const more = interrupted.length > named ? ' …' : '';
  return `${interrupted.length} runs did not come to their end (${ids.join(', ')}${more}): cicd resume`;
}

/** Says on standard error which runs lie unfinished. */
export async function tellUnfinished(platform: Platform): Promise<void> {
  const notice = unfinishedNotice(await unfinishedRuns(platform));
  if (notice !== undefined) process.stderr.write(`${notice}\n`);
}
