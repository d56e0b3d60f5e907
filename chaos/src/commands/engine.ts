import { parseArgs } from 'node:util';
import { requirePart } from '@cicd/testbed/require';
import { engineTrouble } from '../engine/engine-trouble.ts';
import { showPlacedFault } from '../engine/engine-fault.ts';

/** `engine [--only TEXT]`: every fault at every call that a run makes of its engine, or those whose name holds the text. */
export async function engineCommand(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: { only: { type: 'string', default: '' } } });
  requirePart('busybox');
  const results = await engineTrouble({
    engine: requirePart('engine').socketPath,
    choose: (places) => places.filter((place) => showPlacedFault(place).includes(values.only)),
    onCase({ place, struck, violations }) {
      console.log(`${violations.length > 0 ? '✗' : struck ? '✓' : '–'} ${place}`);
      for (const { promise, message } of violations) console.log(`    ${promise}: ${message}`);
    },
  });
  const broken = results.filter(({ violations }) => violations.length > 0).length;
  const missed = results.filter(({ struck }) => !struck).length;
  console.log(
    `${results.length - broken} of ${results.length} kept every promise; ${missed} did not come to their place`,
  );
  return broken === 0;
}
