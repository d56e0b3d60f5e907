import type { CalledPipeline, Plan, PlanStep } from '@cicd/engine';
import type { JudgedPrivileges } from '@cicd/platform';
import { formatDuration, privilegeNames } from '@cicd/plugin';
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

function stepLines(step: PlanStep, style: Style, indent = '  '): string[] {
  const inside = `${indent}  `;
  return [
    `${indent}${style('bold', step.name)}  ${style('dim', step.type)}`,
    ...remarks(step).map((remark) => `${inside}${remark}`),
    ...flowLines(step, style, inside),
  ];
}

/** What stands inside a step; of a called pipeline its name. */
function flowLines({ flow, config }: PlanStep, style: Style, indent: string): string[] {
  const listed = (steps: readonly PlanStep[], at: string) => steps.flatMap((step) => stepLines(step, style, at));
  switch (flow?.kind) {
    case undefined:
      return [];
    case 'call':
      return [`${indent}calls ${flow.pipeline}`];
    case 'conditional':
      return [
        ...Object.entries(flow.routes).flatMap(([route, steps]) => [
          `${indent}route ${route}`,
          ...listed(steps, `${indent}  `),
        ]),
        ...(flow.default ? [`${indent}default`, ...listed(flow.default, `${indent}  `)] : []),
      ];
    case 'foreach':
      return [`${indent}for each ${flow.as} of ${textOf(config['items'])}`, ...listed(flow.steps, `${indent}  `)];
    case 'while':
      return [`${indent}while ${textOf(config['condition'])}`, ...listed(flow.steps, `${indent}  `)];
    case 'parallel':
      return listed(flow.steps, indent);
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** The steps of a called pipeline, whose matrices are expanded when its inputs are known. */
const calledLines = ({ name, steps }: CalledPipeline, style: Style): string[] => [
  style('bold', name),
  ...steps.map((step) => `  ${style('bold', step.name)}  ${style('dim', step.type)}`),
];

/** What a step asks for beyond its hardening, and what becomes of that. */
function privilegeLines({ step, privileges, verdict, problem }: JudgedPrivileges, style: Style): string[] {
  const marks = {
    granted: style('green', 'granted'),
    refused: style('red', 'refused'),
    later: style('yellow', 'judged when its values are known'),
  };
  const names = privilegeNames(privileges).join(', ') || 'privileges';
  return [
    `${style('dim', 'privileges:')} ${step}: ${names} (${marks[verdict]})`,
    ...(problem?.hint ?? '').split('\n').flatMap((line) => (line === '' ? [] : [`  ${line}`])),
  ];
}

/** A plan as text: its steps in the order of the file, what each needs, and what the whole asks for. */
export function planReport(plan: Plan, privileges: readonly JudgedPrivileges[], style: Style): string {
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
    ...Object.values(plan.called ?? {}).flatMap((called) => calledLines(called, style)),
    ...privileges.flatMap((each) => privilegeLines(each, style)),
    ...facts.filter(([, value]) => value !== '').map(([name, value]) => `${style('dim', `${name}:`)} ${value}`),
  ].join('\n');
}
