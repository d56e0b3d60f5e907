import { bedFor } from './bed.ts';
import type { Directories } from './directories.ts';
import type { Part } from './part.ts';
import { inOrder } from './part-order.ts';
import { readState, withoutRecord, withRecord, type State } from './state.ts';

/** The state as it is now: every part looked at again, nothing brought up and nothing written. */
export async function refresh(
  all: readonly Part[],
  directories: Directories,
  environment: NodeJS.ProcessEnv,
): Promise<State> {
  let state = readState(directories);
  for (const part of inOrder(all, [])) {
    const facts = await part.check(bedFor(part, directories, environment, state));
    if (facts !== undefined) state = withRecord(state, part.name, { status: 'ready', facts });
    else if (state.parts[part.name]?.status === 'ready') state = withoutRecord(state, part.name);
  }
  return state;
}
