/** A number of places that runs take turns in. */
export interface FairPool {
  /**
   * Calls `onPlace` when there is a place: at once when one is free and nobody waits. Runs are served in turn, requests of a
   * run in order. Giving the place back twice is the same as once.
   */
  request(run: string, onPlace: (giveBack: () => void) => void): void;
}

export function createFairPool(size: number): FairPool {
  const queues = new Map<string, ((giveBack: () => void) => void)[]>();
  let free = size;
  let serving = false;

  /** A loop instead of recursion: a request whose reason has gone gives its place back at once. */
  const serve = () => {
    if (serving) return;
    serving = true;
    try {
      while (free > 0) {
        const [first] = queues;
        if (!first) return;
        const [run, queue] = first;
        const onPlace = queue.shift();
        queues.delete(run);
        if (queue.length > 0) queues.set(run, queue);
        if (onPlace) {
          free -= 1;
          onPlace(placeOnce());
        }
      }
    } finally {
      serving = false;
    }
  };
  const placeOnce = () => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      free += 1;
      serve();
    };
  };
  return {
    request(run, onPlace) {
      const queue = queues.get(run);
      if (queue) queue.push(onPlace);
      else queues.set(run, [onPlace]);
      serve();
    },
  };
}
