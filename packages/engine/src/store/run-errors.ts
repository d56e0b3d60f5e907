import { CicdError, ConfigError, EngineError } from '@cicd/plugin';
import type { RunClaim } from './run-store.ts';

/** How many ids an ambiguous prefix is answered with. */
export const candidatesShown = 10;

export const runNotFound = (id: string) =>
  new ConfigError({
    code: 'run.not_found',
    message: `There is no run ${quote(id)}.`,
    hint: '`cicd runs` lists the runs of this data folder.',
  });

export const runAmbiguous = (prefix: string, candidates: readonly string[]) =>
  new ConfigError({
    code: 'run.ambiguous',
    message: `Several runs begin with ${quote(prefix)}.`,
    hint: `Give more of the id: ${candidates.slice(0, candidatesShown).join(', ')}${candidates.length > candidatesShown ? ' …' : ''}.`,
    details: { candidates: candidates.slice(0, candidatesShown) },
  });

export const runExists = (id: string) =>
  new EngineError({
    code: 'run.exists',
    message: `There is a run ${quote(id)} already.`,
    hint: 'Give the new run another id.',
  });

export const sequenceConflict = (id: string, after: number, last: number) =>
  new EngineError({
    code: 'run.sequence_conflict',
    message: `Another writer was faster: run ${quote(id)} is at event ${last}, not ${after}.`,
    hint: 'Read the new events and decide again, or leave the run to the process that drives it.',
    details: { after, last },
  });

export const runNotOwner = ({ run, fence }: RunClaim) =>
  new EngineError({
    code: 'run.not_owner',
    message: `The run ${quote(run)} belongs to another process now.`,
    hint: 'Leave it to the process that drives it.',
    details: { fence },
  });

export const isOwned = (error: unknown): boolean => CicdError.isInstance(error) && error.code === 'run.owned';

export const hasEnded = (error: unknown): boolean => CicdError.isInstance(error) && error.code === 'run.ended';

export const runOwned = (id: string) =>
  new ConfigError({
    code: 'run.owned',
    message: `The run ${quote(id)} is driven by another process.`,
    hint: 'Follow it with `cicd logs --follow`, or wait until that process has ended.',
  });

/** Of a driver that has let go of its run. */
export const runLeft = (id: string) =>
  new ConfigError({
    code: 'run.left',
    message: `The run ${quote(id)} is not driven from here any more.`,
    hint: `Go on with \`cicd resume ${id}\`.`,
  });

export const runLocal = (id: string) =>
  new ConfigError({
    code: 'run.local',
    message: `The run ${quote(id)} was begun in a data folder without a server.`,
    hint: 'Start it anew on the server.',
  });

export const runEnded = (id: string, status: string) =>
  new ConfigError({
    code: 'run.ended',
    message: `The run ${quote(id)} has ended: ${status}.`,
    hint: `Run it again: \`cicd rerun ${id}\`.`,
  });

export const runNotEnded = (id: string, status: string) =>
  new ConfigError({
    code: 'run.not_ended',
    message: `The run ${quote(id)} has not ended: ${status}.`,
    hint: `Wait for its end, go on with \`cicd resume ${id}\`, or end it with \`cicd cancel ${id}\`.`,
  });

/** Ids come from outside: long or strange ones are shown cut and escaped. */
function quote(id: string): string {
  return JSON.stringify(id.length > 64 ? `${id.slice(0, 64)}…` : id);
}
