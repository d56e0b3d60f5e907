import type { RunEvent } from '@cicd/engine';
import { attemptName, type Effect, type Observation, type Violation } from '../observation.ts';

/**
 * What the world saw: a container is started at most once for each attempt, after its intent was stored; nothing of it
 * is removed before its result is; what is begun by the undisturbed run is begun, and nothing else.
 */
export function checkEffects({ events, effects }: Observation, undisturbed: Observation): readonly Violation[] {
  const violations: Violation[] = [];
  const began = sequences(events, ['step.started']);
  const created = sequences(events, ['step.created']);
  const ended = sequences(events, ['step.finished', 'step.retry_scheduled', 'step.waiting', 'step.unknown']);
  const running = new Set<string>();

  const mustHave = (known: ReadonlyMap<string, number>, { kind, name, stored }: Effect, what: string) => {
    const sequence = known.get(name) ?? Infinity;
    const holds = stored === undefined ? sequence !== Infinity : sequence <= stored;
    if (!holds) violations.push({ promise: 'intent-first', message: `${name} was ${kind} before ${what} was stored` });
  };
  const mustHaveEnded = (name: string, stored = Infinity) => {
    if (running.has(name) && (ended.get(name) ?? Infinity) > stored)
      violations.push({ promise: 'result-first', message: `${name} was removed before its result was stored` });
    running.delete(name);
  };

  const starts = new Set<string>();
  for (const effect of effects) {
    const { kind, name, stored } = effect;
    switch (kind) {
      case 'created':
        mustHave(began, effect, 'its intent');
        break;
      case 'started':
        if (starts.has(name)) violations.push({ promise: 'started-once', message: `${name} was started twice` });
        starts.add(name);
        running.add(name);
        mustHave(began, effect, 'its intent');
        mustHave(created, effect, 'its id');
        break;
      case 'removed':
        mustHaveEnded(name, stored);
        break;
      case 'closed':
        for (const each of running) mustHaveEnded(each, stored);
        break;
      case 'deployed':
        mustHave(began, effect, 'its intent');
    }
  }
  return [...violations, ...compareBegun(effects, undisturbed.effects)];
}

function compareBegun(effects: readonly Effect[], undisturbed: readonly Effect[]): readonly Violation[] {
  const begun = (each: readonly Effect[]) =>
    each.flatMap(({ kind, name }) => (kind === 'started' || kind === 'deployed' ? [`${kind} ${name}`] : []));
  const [seen, expected] = [begun(effects), begun(undisturbed)];
  return [
    ...expected
      .filter((each) => !seen.includes(each))
      .map((each): Violation => ({ promise: 'same-end', message: `never ${each}` })),
    ...seen
      .filter((each) => !expected.includes(each))
      .map((each): Violation => ({ promise: 'same-end', message: `${each}, which the undisturbed run does not do` })),
    ...seen
      .filter((each, index) => each.startsWith('deployed') && seen.indexOf(each) !== index)
      .map((each): Violation => ({ promise: 'started-once', message: `twice ${each}` })),
  ];
}

/** The first sequence at which an event of these types names an attempt. */
function sequences(events: readonly RunEvent[], types: readonly RunEvent['type'][]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, event] of events.entries()) {
    if (!types.includes(event.type) || !('attempt' in event) || !('step' in event)) continue;
    const name = attemptName(event.step, event.attempt);
    if (!found.has(name)) found.set(name, index + 1);
  }
  return found;
}
