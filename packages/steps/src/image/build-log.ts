import { formatDuration, type ImageBuildEvent, type StepLog } from '@cicd/plugin';

/** Milliseconds from which it is told how long an instruction took. */
const worthTelling = 1000;

/**
 * Writes what a build tells: a section for each instruction, with its output. Stages work side by side; when another
 * one speaks, its section is opened again.
 */
export function buildLog(log: StepLog): (event: ImageBuildEvent) => Promise<void> {
  let open: string | undefined;
  const enter = async ({ id, name }: ImageBuildEvent) => {
    if (open === id) return;
    open = id;
    await log.section(titleOf({ name }));
  };
  return async (event) => {
    if (event.kind === 'output') {
      await enter(event);
      return log.write(event.stream, event.data);
    }
    const { state, duration = 0 } = event;
    if (state === 'started' || state === 'cached') await enter(event);
    if (state === 'cached') await log.info(`${titleOf(event)}: taken from the cache`);
    if (state === 'done' && duration >= worthTelling && open === event.id)
      await log.info(`${titleOf(event)}: took ${formatDuration(duration)}`);
  };
}

/** The first line of an instruction, which may hold a whole script. */
const titleOf = ({ name }: { readonly name: string }): string => name.split('\n', 1)[0] ?? '';
