import { ConfigError, EngineError } from '@cicd/plugin';

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

/** Ids come from outside: long or strange ones are shown cut and escaped. */
function quote(id: string): string {
  return JSON.stringify(id.length > 64 ? `${id.slice(0, 64)}…` : id);
}
