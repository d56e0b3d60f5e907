import { countCombinations } from '../matrix.ts';
import type { ProblemList } from '../problem-list.ts';
import type { CheckedStep } from './check-step.ts';

/**
 * An artifact key is stored once in a run. Steps with a condition are left out: of two such steps perhaps only one
 * runs.
 */
export function checkArtifacts(steps: readonly CheckedStep[], problems: ProblemList): void {
  const storedBy = new Map<string, string>();
  for (const { artifacts, written, condition, matrix } of steps) {
    const members = matrix ? (countCombinations(matrix) ?? 1) : 1;
    for (const { key, path } of artifacts) {
      const other = storedBy.get(key);
      if (members > 1) {
        const axis = Object.keys(matrix?.axes ?? {})[0] ?? 'node';
        problems.report({
          code: 'pipeline.artifact_twice',
          path,
          message: `each of the ${members} members of \`${written.name}\` stores the artifact \`${key}\``,
          hint: `Make the key differ: '${key}-{{ matrix.${axis} }}'`,
        });
      } else if (condition === undefined && other !== undefined && other !== written.name) {
        problems.report({
          code: 'pipeline.artifact_twice',
          path,
          message: `the step \`${other}\` stores the artifact \`${key}\` too`,
          hint: 'Give each artifact a key of its own.',
        });
      }
      if (condition === undefined && other === undefined) storedBy.set(key, written.name);
    }
  }
}
