import { directoriesOf } from '../testbed/src/directories.ts';
import { readState } from '../testbed/src/state.ts';

/** `DOCKER_HOST` of the test bed's engine, when the test bed has been brought up. */
export function testBedEngine(): string | undefined {
  const record = readState(directoriesOf(process.env)).parts['engine'];
  const host = record?.status === 'ready' ? (record.facts as { dockerHost?: unknown }).dockerHost : undefined;
  return typeof host === 'string' ? host : undefined;
}
