import type { Pass } from './failpoint.ts';
import { handedOut, operations, type Ports, type Watching } from './operations.ts';

/** Watched port → the port itself: drivers know their own workspaces by what they are. */
const originals = new WeakMap<object, object>();

const original = (given: unknown): unknown => {
  if (typeof given !== 'object' || given === null) return given;
  const known = originals.get(given);
  if (known) return known;
  // The configuration of a process holds the workspace.
  if ('workspace' in given && originals.has(Object(given.workspace)))
    return { ...given, workspace: original(given.workspace) };
  return given;
};

/**
 * A port that passes a failpoint before and after each of its operations, and those of what it hands out. The code that
 * uses it, and the one behind it, know nothing of that.
 */
export function watchPort<Name extends keyof Ports>(name: Name, port: Ports[Name], pass: Pass): Ports[Name] {
  const watched: Readonly<Record<string, Watching>> = operations[name];

  const wrap = (operation: string, value: unknown): unknown => {
    const handed = handedOut[`${name}.${operation}`];
    return handed && typeof value === 'object' && value !== null ? watchPort(handed, value as never, pass) : value;
  };

  const call = (operation: string, act: () => unknown): Promise<unknown> => {
    const perform = async () => {
      const answer = wrap(operation, await act());
      await pass(`${name}.${operation}.after`);
      return answer;
    };
    // At once where nothing holds it up: the order of calls that nobody waits between is a promise of some ports.
    const held = pass(`${name}.${operation}.before`);
    return held ? held.then(perform) : perform();
  };

  async function* stream(operation: string, act: () => unknown): AsyncGenerator {
    await pass(`${name}.${operation}.before`);
    for await (const piece of act() as AsyncIterable<unknown>) {
      await pass(`${name}.${operation}.piece`);
      yield piece;
    }
    await pass(`${name}.${operation}.after`);
  }

  const watch = (operation: string, method: (...given: unknown[]) => unknown, watching: Watching | undefined) => {
    if (watching === undefined) throw new TypeError(`${name}.${operation} has no failpoint: add it to the operations`);
    return (...given: unknown[]) => {
      const act = () => Reflect.apply(method, port, given.map(original));
      if (watching === 'silent') return act();
      return watching === 'stream' ? stream(operation, act) : call(operation, act);
    };
  };

  const proxy = new Proxy(port, {
    get(_target, property) {
      const value: unknown = Reflect.get(port, property, port);
      // A port is no promise, whoever asks.
      if (typeof property !== 'string' || property === 'then') return value;
      if (typeof value !== 'function') return wrap(property, value);
      return watch(property, value as (...given: unknown[]) => unknown, watched[property]);
    },
  });
  originals.set(proxy, port);
  return proxy;
}
