import type { Plan, PlanStep } from '@cicd/engine';
import { formatDuration } from '@cicd/plugin';
import type { Style } from './problem-report.ts';

function remarks(step: PlanStep): string[] {
  const { condition, matrix, retry, timeout } = step;
  return [
    ...(step.needs.length > 0 ? [`needs ${step.needs.join(', ')}`] : []),
    ...(condition ? [`${condition.negated ? 'skip if' : 'if'} ${condition.expression}`] : []),
    ...(matrix
      ? [
          `× ${matrix.combinations.length}: ${matrix.combinations.map((values) => Object.values(values).map(String).join(' ')).join(', ')}`,
        ]
      : []),
    ...(step.images.length > 0 ? [`image ${step.images.join(', ')}`] : []),
    ...(retry.maxAttempts > 1 ? [`at most ${retry.maxAttempts} attempts`] : []),
    ...(timeout === undefined ? [] : [`timeout ${formatDuration(timeout)}`]),
    ...(step.onError === 'stop' ? [] : [`on error ${step.onError}`]),
    ...(step.workspace === 'shared' ? [] : [`workspace ${step.workspace}`]),
  ];
}

const stepLines = (step: PlanStep, style: Style): string[] => [
  `  ${style('bold', step.name)}  ${style('dim', step.type)}`,
  ...remarks(step).map((remark) => `    ${remark}`),
];

/** A plan as text: its steps in the order of the file, what each needs, and what the whole asks for. */
export function planReport(plan: Plan, style: Style): string {
  const facts: [string, string][] = [
    [
      'inputs',
      Object.entries(plan.inputs)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(' '),
    ],
    ['secrets', plan.secrets.join(', ')],
    ['outer variables', plan.outerEnv.join(', ')],
    ['timeout', plan.timeout === undefined ? '' : formatDuration(plan.timeout)],
    ['digest', plan.digest],
  ];
  return [
    style('bold', plan.pipeline),
    ...plan.steps.flatMap((step) => stepLines(step, style)),
    ...(plan.compensation.length > 0
      ? ['compensation', ...plan.compensation.flatMap((step) => stepLines(step, style))]
      : []),
    ...facts.filter(([, value]) => value !== '').map(([name, value]) => `${style('dim', `${name}:`)} ${value}`),
  ].join('\n');
}
