import type { LackingPart, MissingSuite } from './testing/missing-suites.ts';

/** What `report` prints: each missing part with its reason and the suites that could not run for want of it. */
export function missingReport(missing: readonly MissingSuite[]): string {
  if (missing.length === 0) return 'Every suite had the parts that it needs.';
  const reasons = new Map(missing.flatMap((each) => each.lacks).map(({ part, reason }: LackingPart) => [part, reason]));
  const blocks = [...reasons].map(([part, reason]) => {
    const suites = missing.filter((each) => each.lacks.some((lack) => lack.part === part));
    return [
      `${part} is missing: ${reason}`,
      ...suites.map((each) => `  could not run: ${each.suite} (${each.file})`),
    ].join('\n');
  });
  return blocks.join('\n');
}

/** Whether missing parts are a failure: on a CI machine they always are. */
export function failsWithout(environment: NodeJS.ProcessEnv): boolean {
  return environment['CI'] === 'true' || environment['CI'] === '1';
}
