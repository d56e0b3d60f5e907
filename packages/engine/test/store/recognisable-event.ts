import { createHash } from 'node:crypto';
import type { KitEvent } from '../../src/testing/index.ts';

export const appendsInFlight = 4;

/** An event whose content follows from its sequence, over a page long now and then, so that a torn one shows. */
export function recognisable(sequence: number): KitEvent {
  const digest = createHash('sha256').update(String(sequence)).digest('hex');
  return { type: 'test.happened', at: sequence, value: digest.repeat(1 + (sequence % 100)) };
}
