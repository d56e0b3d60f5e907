import { countCombinations } from '../matrix.ts';
import type { ProblemList } from '../problem-list.ts';
import type { CheckedStep } from './checked-step.ts';
import { stepsInFlow } from './inner-steps.ts';

/** What makes a step run several times in one run, so that each of its keys must differ. */
interface Repetition {
  /** `each of the 3 members of \`test\``, `each turn of \`loop\`` */
  readonly who: string;
  /** A template that differs from time to time. */
  readonly example: string;
}

interface PlacedStep {
  readonly step: CheckedStep;
  readonly repetition?: Repetition;
  /** Whether the step may not run at all: of two such steps perhaps only one does. */
  readonly isConditional: boolean;
}

/** An artifact key is stored once in a run. */
export function checkArtifacts(steps: readonly CheckedStep[], problems: ProblemList): void {
  const storedBy = new Map<string, string>();
  for (const { step, repetition, isConditional } of placed(steps, {})) {
    for (const { key, path } of step.artifacts) {
      const other = storedBy.get(key);
      if (repetition) {
        problems.report({
          code: 'pipeline.artifact_twice',
          path,
          message: `${repetition.who} stores the artifact \`${key}\``,
          hint: `Make the key differ: '${key}-${repetition.example}'`,
        });
      } else if (!isConditional && other !== undefined && other !== step.written.name) {
        problems.report({
          code: 'pipeline.artifact_twice',
          path,
          message: `the step \`${other}\` stores the artifact \`${key}\` too`,
          hint: 'Give each artifact a key of its own.',
        });
      }
      if (!isConditional && other === undefined) storedBy.set(key, step.written.name);
    }
  }
}

function placed(
  steps: readonly CheckedStep[],
  around: { readonly repetition?: Repetition | undefined; readonly isConditional?: boolean },
): readonly PlacedStep[] {
  return steps.flatMap((step) => {
    const repetition = membersOf(step) ?? around.repetition;
    const isConditional = around.isConditional === true || step.condition !== undefined;
    const own = { step, ...(repetition && { repetition }), isConditional };
    if (!step.flow) return [own];
    const inside = placed(stepsInFlow(step.flow), {
      repetition: turnsOf(step) ?? repetition,
      isConditional: isConditional || step.flow.kind === 'conditional',
    });
    return [own, ...inside];
  });
}

function membersOf({ matrix, written }: CheckedStep): Repetition | undefined {
  const members = matrix ? (countCombinations(matrix) ?? 1) : 1;
  if (members <= 1) return undefined;
  const axis = Object.keys(matrix?.axes ?? {})[0] ?? 'node';
  return { who: `each of the ${members} members of \`${written.name}\``, example: `{{ matrix.${axis} }}` };
}

function turnsOf({ flow, written }: CheckedStep): Repetition | undefined {
  if (flow?.kind !== 'foreach' && flow?.kind !== 'while') return undefined;
  return { who: `each turn of \`${written.name}\``, example: '{{ index }}' };
}
