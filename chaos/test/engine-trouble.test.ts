import { expect, it, jest } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { showPlacedFault, type PlacedFault } from '../src/engine/engine-fault.ts';
import { engineTrouble } from '../src/engine/engine-trouble.ts';

jest.setTimeout(600_000);

/** Those that have broken a promise once, and one of each other fault. */
const chosen: readonly PlacedFault[] = [
  { fault: 'reset before', kind: 'POST containers/create', time: 1 },
  { fault: 'reset before', kind: 'POST volumes/create', time: 2 },
  { fault: 'request cut', kind: 'PUT containers/NAME/archive', time: 1 },
  { fault: 'answer lost', kind: 'POST containers/create', time: 2 },
  { fault: 'answer lost', kind: 'POST containers/NAME/start', time: 1 },
  { fault: 'failed after', kind: 'POST containers/NAME/start', time: 2 },
  { fault: 'answer cut', kind: 'POST containers/NAME/wait', time: 1 },
  { fault: 'answer cut', kind: 'GET containers/NAME/logs', time: 1 },
  { fault: 'answer cut', kind: 'GET containers/NAME/archive', time: 1 },
  { fault: 'refused before', kind: 'POST containers/NAME/attach', time: 1 },
  { fault: 'answer late', kind: 'DELETE volumes/NAME', time: 1 },
];

describeWith(['engine', 'busybox'], 'a run whose engine fails at one call', ({ engine }) => {
  it('keeps every promise', async () => {
    const names = new Set(chosen.map(showPlacedFault));
    const results = await engineTrouble({
      engine: engine.socketPath,
      choose: (places) => places.filter((place) => names.has(showPlacedFault(place))),
    });
    expect(results.map(({ place }) => place).toSorted()).toEqual([...names].toSorted());
    expect(results.filter(({ struck, violations }) => !struck || violations.length > 0)).toEqual([]);
  });
});
