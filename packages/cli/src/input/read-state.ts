import { replay, type Plan, type RunState } from '@cicd/engine';
import type { Platform } from '@cicd/platform';

/** The state of a run that is or is not at work: its events, folded. */
export async function readState(platform: Platform, id: string): Promise<RunState> {
  const [plan, events] = await Promise.all([platform.runs.plan(id), platform.runs.read(id)]);
  return replay(
    plan as unknown as Plan,
    events.map(({ event }) => event),
  );
}
