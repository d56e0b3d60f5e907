import { attemptName, type Observation, type Violation } from '../observation.ts';

/** Logs and artifacts are those of the undisturbed run, byte by byte, and nothing is left of the run. */
export function checkContents(disturbed: Observation, undisturbed: Observation): readonly Violation[] {
  const violations: Violation[] = [];
  compare(texts(disturbed.logs), texts(undisturbed.logs), (name, found, expected) =>
    violations.push({ promise: 'log-complete', message: `log of ${name}: ${difference(found, expected)}` }),
  );
  compare(contents(disturbed), contents(undisturbed), (key, found, expected) =>
    violations.push({ promise: 'artifact-whole', message: `artifact ${key}: ${difference(found, expected)}` }),
  );
  const logged = new Map(disturbed.logs.map(({ name, text }) => [name, Buffer.byteLength(text)]));
  for (const event of disturbed.events) {
    if ((event.type !== 'step.finished' && event.type !== 'step.retry_scheduled') || !event.log) continue;
    const name = attemptName(event.step, event.attempt);
    const stored = logged.get(name) ?? 0;
    if (event.log.bytes !== stored)
      violations.push({
        promise: 'log-complete',
        message: `log of ${name}: ${event.log.bytes} bytes in the history, ${stored} in the log`,
      });
  }
  for (const name of disturbed.left) violations.push({ promise: 'nothing-left', message: `left behind: ${name}` });
  return violations;
}

/** What the platform says about trouble that it waits out is no output of a step. */
const trouble = /^.*; trying again in .*\n/gm;

const texts = (logs: Observation['logs']) =>
  new Map(
    logs.flatMap(({ name, text }) => {
      const output = text.replace(trouble, '');
      return output === '' ? [] : [[name, output] as const];
    }),
  );
const contents = ({ artifacts }: Observation) =>
  new Map(artifacts.map(({ key, producer, content }) => [key, `${producer}\n${content}`]));

function compare(
  found: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
  onDifference: (name: string, found: string | undefined, expected: string | undefined) => void,
): void {
  for (const name of new Set([...found.keys(), ...expected.keys()])) {
    if (found.get(name) !== expected.get(name)) onDifference(name, found.get(name), expected.get(name));
  }
}

/** Where two texts part, without showing all of them. */
function difference(found: string | undefined, expected: string | undefined): string {
  if (found === undefined) return 'missing';
  if (expected === undefined) return 'not there in the undisturbed run';
  let at = 0;
  while (found[at] === expected[at]) at += 1;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 20), at + 40));
  return `differs at ${at}: ${around(found)}, undisturbed ${around(expected)}`;
}
