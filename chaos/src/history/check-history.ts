import type { Observation, Violation } from './observation.ts';
import { checkContents } from './promises/contents.ts';
import { checkEffects } from './promises/effects.ts';
import { checkEnd } from './promises/end.ts';
import { checkMessages } from './promises/messages.ts';
import { checkOrder } from './promises/order.ts';
import { checkRecords } from './promises/records.ts';

/**
 * What of the engine's promises a disturbed run has broken. `undisturbed` is the same run left alone: both must come to
 * the same end. Pure; knows the events and their meaning, and nothing of the code that wrote them.
 */
export function checkHistory(disturbed: Observation, undisturbed: Observation): readonly Violation[] {
  return [
    ...checkRecords(disturbed.events),
    ...checkOrder(disturbed.events),
    ...checkMessages(disturbed.events),
    ...checkEffects(disturbed, undisturbed),
    ...checkEnd(disturbed.events, undisturbed.events),
    ...checkContents(disturbed, undisturbed),
  ];
}
