import type { StepExample } from '@cicd/plugin';

export const gateDescription = `Holds the run until somebody, its conditions or the clock says that it may go on. A gate that says no fails its step.

A **manual** gate asks people. The run waits without a process or a container, keeps its workspace, and survives a restart; its deadline is absolute. Enough approvals open the gate, one rejection closes it. An approval is bound to what was shown: run, attempt, plan, and the digests of the images that are known. Who asked for the run cannot decide it. In a data folder without a server the user of the terminal counts as every approver, whoever started the run; that is recorded as \`local:NAME\`, and a server goes on with no such run.

An **automated** gate opens when all its conditions hold, and else fails at once. A **scheduled** gate opens in its window of the week and waits for the next one outside it.

\`auto_approve_conditions\` are judged when the gate is reached, each is recorded with the values it read, and when all hold the gate opens without asking anybody. A condition that cannot be judged does not hold.`;

export const gateExamples: readonly StepExample[] = [
  {
    title: 'Ask two of three people',
    yaml: `name: production-approval
type: step.gate
config:
  approvers: [ann@example.com, bob@example.com, eve@example.com]
  required_approvals: 2
  timeout: 4h
  message: Ship the new checkout to production?
`,
  },
  {
    title: 'Ask only when the checks have not all passed',
    yaml: `name: approve
type: step.gate
config:
  type: manual
  approvers: [admin@example.com]
  auto_approve_conditions: [run.trigger.type == 'schedule', run.attempt == 1]
`,
  },
  {
    title: 'Go on only when a condition holds',
    yaml: `name: quality
type: step.gate
config:
  type: automated
  auto_approve_conditions: ["run.pipeline != ''"]
`,
  },
  {
    title: 'Deploy in working hours',
    yaml: `name: working-hours
type: step.gate
config:
  type: scheduled
  schedule:
    weekdays: [mon, tue, wed, thu]
    start_hour: 9
    end_hour: 16
    timezone: Europe/Berlin
`,
  },
];
