import { CicdError } from '@cicd/plugin';
import { loadRun, type Plan, type RunHandle, type RunState } from '@cicd/engine';
import type { Observation } from '../history/observation.ts';
import { planOf } from './plan-of.ts';
import type { Scenario } from './scenario.ts';
import { fillWorkspace } from './source.ts';
import type { Fault, Life } from './life.ts';
import { createWorld, runId, type World, type WorldProcess } from './world.ts';

export interface Disturbance {
  /** The fault of each process that drives the run, in turn; the ones after them live, and so does one without. */
  readonly drivers?: readonly (Fault | undefined)[];
  /** The fault of each process that brings a message. */
  readonly doors?: readonly (Fault | undefined)[];
  /** Messages are brought before the run is taken up again, while nobody drives it. */
  readonly messagesFirst?: boolean;
  /** See `createWorld`. */
  readonly unflushed?: number;
}

export interface Performance {
  readonly observation: Observation;
  /** Of each process that drove the run, and of each that brought a message. */
  readonly drivers: readonly Life[];
  readonly doors: readonly Life[];
}

/** So many turns without any activity are a standstill. */
const patience = 6;
/** Timers further away than this are deadlines, which nobody waits for. */
const longestWait = 60_000;
const mostTurns = 20_000;

/** Plays a scenario to its end, whoever dies on the way: after each death another process takes the run up. */
export async function play(scenario: Scenario, disturbance: Disturbance = {}): Promise<Performance> {
  const world = createWorld(disturbance);
  const plan = planOf(scenario);
  const drivers: Life[] = [];
  const people = createPeople(world, scenario, disturbance.doors ?? []);
  while (!(await isOver(world, scenario))) {
    if (drivers.length > 0 && disturbance.messagesFirst) await people.speak();
    const driver = world.process(disturbance.drivers?.[drivers.length]);
    drivers.push(driver.life);
    await driveOn(world, scenario, plan, driver, people);
    if (driver.life.state === 'living') world.end(driver);
  }
  for (const life of drivers) life.wake();
  await settle(world);
  // Every start of the platform sweeps; a process that was taken for dead may have created what nobody knows.
  if (drivers.some(({ state }) => state === 'woken')) await world.sweep();
  return { observation: await world.observe(), drivers, doors: people.lives };
}

/** Lets a process take the run up, and waits until the run has ended or the process has. */
async function driveOn(
  world: World,
  scenario: Scenario,
  plan: Plan,
  { life, runtime }: WorldProcess,
  people: People,
): Promise<void> {
  let ended = false;
  let failure: Error | undefined;
  const handle = async (): Promise<RunHandle> => {
    const state = await stateOf(world);
    if (!state)
      return runtime.start(plan, { ...drive, id: runId, project: '/demo', actor: 'eve', trigger: { type: 'manual' } });
    if (state.finishedAt !== undefined)
      return runtime.rerun(runId, { ...scenario.rerun, source: fillWorkspace, actor: 'eve' });
    return runtime.resume(runId, state.attempt === 1 ? drive : { source: fillWorkspace });
  };
  const drive = { source: fillWorkspace, keepWorkspace: scenario.rerun !== undefined };
  handle()
    .then(({ done }) => done)
    .catch((error: Error) => (failure = error))
    .finally(() => (ended = true));
  await goOn(world, () => ended || life.state === 'dead' || life.state === 'frozen', people);
  if (ended && failure) throw failure;
}

/** Turns the world until the condition holds; where nothing moves, people speak, and then time goes on. */
async function goOn(world: World, isReached: () => boolean, people: People): Promise<void> {
  let still = 0;
  for (let turn = 0; turn < mostTurns; turn += 1) {
    if (isReached()) return;
    const before = world.activity;
    await new Promise((resolve) => setImmediate(resolve));
    still = world.activity === before ? still + 1 : 0;
    if (still < patience) continue;
    still = 0;
    if (await people.speak()) continue;
    if (isReached()) return;
    if (!passTime(world)) throw new Error('the run stands still');
  }
  throw new Error('the run does not end');
}

function passTime({ clock }: World): boolean {
  const { next = Infinity } = clock;
  if (next - clock.now() > longestWait) return false;
  clock.advance(Math.max(0, next - clock.now()));
  return true;
}

async function settle(world: World): Promise<void> {
  for (let still = 0; still < patience;) {
    const before = world.activity;
    await new Promise((resolve) => setImmediate(resolve));
    still = world.activity === before ? still + 1 : 0;
  }
}

interface People {
  readonly lives: readonly Life[];
  /** Says what is to be said now, or sees to it that what was said arrives; false when there is nothing to do. */
  speak(): Promise<boolean>;
}

function createPeople(world: World, { says }: Scenario, faults: readonly (Fault | undefined)[]): People {
  const lives: Life[] = [];
  let delivered: string | undefined;
  return {
    lives,
    async speak() {
      const state = await stateOf(world);
      if (!state || state.finishedAt !== undefined) return false;
      const pending = await world.store.messages(runId, state.lastMessage);
      const message = pending.length > 0 ? undefined : says?.(state, world.started);
      const waiting = pending.length > 0 ? `${pending.at(-1)?.id} at ${world.clock.now()}` : undefined;
      // Whoever drives the run may be in trouble: once he has been told, only time helps.
      if (!message && (waiting === undefined || waiting === delivered)) return false;
      const door = world.process(faults[lives.length]);
      lives.push(door.life);
      const word = { ended: false };
      const spoken = message ? door.mailbox.post(runId, message, 'local:ann') : door.mailbox.deliver(runId);
      spoken.then(
        () => (word.ended = true),
        (error: unknown) => {
          word.ended = true;
          // The run went on between the look and the word.
          if (!CicdError.isInstance(error) || error.family !== 'config') throw error;
        },
      );
      for (let turn = 0; !word.ended && door.life.state === 'living'; turn += 1) {
        if (turn > mostTurns) throw new Error('a message is not taken');
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (door.life.state === 'living') {
        world.end(door);
        delivered = waiting;
      }
      return true;
    },
  };
}

async function isOver(world: World, { rerun }: Scenario): Promise<boolean> {
  const state = await stateOf(world);
  return state?.finishedAt !== undefined && (rerun === undefined || state.attempt > 1);
}

async function stateOf({ store }: World): Promise<RunState | undefined> {
  try {
    return (await loadRun(store, runId)).state;
  } catch (error) {
    if (CicdError.isInstance(error) && error.code === 'run.not_found') return undefined;
    throw error;
  }
}
