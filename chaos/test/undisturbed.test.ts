import { describe, expect, it } from '@jest/globals';
import { checkHistory } from '../src/history/check-history.ts';
import { play } from '../src/world/play.ts';
import { scenarios } from '../src/world/scenarios.ts';

describe('a run that nobody disturbs', () => {
  it.each(scenarios)('keeps every promise: $name', async (scenario) => {
    const { observation } = await play(scenario);
    expect(checkHistory(observation, observation)).toEqual([]);
    expect((await play(scenario)).observation).toEqual(observation);
  });
});
