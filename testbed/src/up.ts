import { bedFor } from './bed.ts';
import type { Directories } from './directories.ts';
import { MissingPart, type Facts, type Part } from './part.ts';
import { inOrder } from './part-order.ts';
import { readState, withRecord, writeState, type PartRecord, type State } from './state.ts';

/**
 * Brings up the named parts (all when none is named) with what they need, each only as far as it is not up,
 * and writes down what is there and what is missing. `tell` hears of each part that took work.
 */
export async function up(
  all: readonly Part[],
  names: readonly string[],
  directories: Directories,
  environment: NodeJS.ProcessEnv,
  tell: (text: string) => void,
): Promise<State> {
  let state = readState(directories);
  for (const part of inOrder(all, names)) {
    const began = Date.now();
    const record = await bringUp(part, state, (known) => bedFor(part, directories, environment, known));
    state = withRecord(state, part.name, record.record);
    writeState(directories, state);
    if (record.worked)
      tell(`${part.name}: ${record.record.status} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
  return state;
}

async function bringUp(
  part: Part,
  state: State,
  bedOf: (state: State) => Parameters<Part['up']>[0],
): Promise<{ record: PartRecord; worked: boolean }> {
  const lacking = part.needs.find((need) => state.parts[need.name]?.status !== 'ready');
  if (lacking !== undefined) {
    return { record: { status: 'missing', reason: `it needs ${lacking.name}, which is missing` }, worked: false };
  }
  const bed = bedOf(state);
  try {
    const present = await part.check(bed);
    if (present !== undefined) return { record: ready(present), worked: false };
    return { record: ready(await part.up(bed)), worked: true };
  } catch (error) {
    bed.log.line(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { record: missing(error), worked: true };
  }
}

const ready = (facts: Facts): PartRecord => ({ status: 'ready', facts });

function missing(error: unknown): PartRecord {
  const reason = error instanceof Error ? error.message : String(error);
  const hint = error instanceof MissingPart ? error.hint : undefined;
  return { status: 'missing', reason, ...(hint === undefined ? {} : { hint }) };
}
