import type { Vote } from '@cicd/engine';
import { attemptName } from '../history/observation.ts';
import type { Saying, Scenario } from './scenario.ts';

const vote =
  (by: readonly string[], verdict: Vote['verdict'] = 'approve'): Saying =>
  ({ steps }) => {
    const step = [...steps.values()].find(({ status, approval }) => status === 'waiting' && approval);
    const { approval } = step ?? {};
    const voter = by.find((name) => !approval?.votes.some((cast) => cast.by === name));
    if (!step || !approval || approval.decision || voter === undefined) return undefined;
    return { type: 'vote', step: step.key, vote: { by: voter, verdict, digest: approval.digest } };
  };

/** Only when both have got that far: before, the cancel would come to another end. */
const cancelWhen =
  (running: string, succeeded: string): Saying =>
  ({ steps, cancel }, started) =>
    started.has(attemptName(running, 1)) && steps.get(succeeded)?.status === 'succeeded' && !cancel
      ? { type: 'cancel', cause: 'user' }
      : undefined;

/** A family of pipelines that between them use every way in which a run can go on. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'a chain with an artifact and a deployment',
    yaml: `
steps:
  - { name: greet, type: step.set, config: { values: { who: world } } }
  - { name: build, type: step.work, config: { lines: 3, artifact: dist } }
  - { name: say, type: step.log, config: { message: 'hello {{ steps.greet.who }}' } }
  - { name: ship, type: step.ship, config: { version: '{{ steps.greet.who }}' } }
outputs: { who: '{{ steps.greet.who }}' }
`,
  },
  {
    name: 'side by side, and a matrix with a limit',
    yaml: `
steps:
  - { name: build, type: step.work }
  - { name: lint, type: step.work, needs: [] }
  - name: test
    type: step.work
    needs: [build]
    matrix: { include: [{ n: 1 }, { n: 2 }, { n: 3 }], max_parallel: 2 }
    workspace: copy
    config: { lines: 2, artifact: 'report-{{ matrix.n }}' }
  - { name: pack, type: step.work, needs: [test, lint], config: { artifact: dist } }
`,
  },
  {
    name: 'tried again until it works, and past what may fail',
    yaml: `
steps:
  - { name: flaky, type: step.work, retry: { max_attempts: 3, delay: 2s }, config: { failures: 2, artifact: report } }
  - { name: optional, type: step.work, on_error: skip, config: { failures: 9 } }
  - { name: last, type: step.work }
`,
  },
  {
    name: 'a failure that is compensated',
    yaml: `
steps:
  - { name: migrate, type: step.ship, config: { version: new } }
  - { name: break, type: step.work, on_error: compensate, config: { failures: 9 } }
  - { name: never, type: step.work }
  - { name: report, type: step.work, needs: [break], if: always() }
compensation:
  - { name: undo, type: step.ship, config: { version: old } }
  - { name: tell, type: step.work }
`,
  },
  {
    name: 'steps inside steps',
    yaml: `
steps:
  - name: checks
    type: step.parallel
    config:
      steps:
        - { name: size, type: step.work }
        - { name: style, type: step.set, config: { values: { ok: true } } }
        - { name: both, needs: [size, style], type: step.work, config: { artifact: both } }
  - name: regions
    type: step.foreach
    config:
      items: [eu, us]
      as: region
      steps:
        - { name: deploy, type: step.ship, config: { version: '{{ region }}' } }
        - { name: probe, type: step.work }
  - name: choose
    type: step.conditional
    config:
      expression: inputs.deep
      routes:
        'true': [{ name: deep, type: step.work }]
        'false': [{ name: flat, type: step.work }]
inputs: { deep: { type: boolean, default: true } }
`,
  },
  {
    name: 'a gate that two people open',
    yaml: `
steps:
  - { name: build, type: step.work, config: { artifact: dist } }
  - { name: approve, type: step.gate, config: { approvers: [ann, bob], required_approvals: 2 } }
  - { name: ship, type: step.ship, config: { version: '1' } }
`,
    says: vote(['ann', 'bob']),
  },
  {
    name: 'a gate that somebody closes, and what is done in any case',
    yaml: `
steps:
  - { name: build, type: step.work }
  - { name: approve, type: step.gate, config: { approvers: [ann] } }
  - { name: ship, type: step.ship, config: { version: '1' } }
  - { name: tidy, type: step.work, needs: [ship], if: always() }
`,
    says: vote(['ann'], 'reject'),
  },
  {
    name: 'a gate that nobody answers in time',
    yaml: `
steps:
  - { name: approve, type: step.gate, config: { timeout: 30s, on_timeout: approve } }
  - { name: after, type: step.work }
`,
  },
  {
    name: 'a cancel while containers run',
    yaml: `
steps:
  - { name: endless, type: step.work, config: { endless: true } }
  - { name: beside, type: step.work, needs: [], config: { lines: 1 } }
  - { name: never, type: step.work, needs: [endless] }
  - { name: tidy, type: step.work, needs: [never], if: always() }
`,
    says: cancelWhen('endless', 'beside'),
  },
  {
    name: 'a rerun that keeps what ended well',
    yaml: `
steps:
  - { name: build, type: step.work, config: { artifact: dist } }
  - { name: flaky, type: step.work, needs: [build], config: { failures: 1, artifact: report } }
  - { name: beside, type: step.work, needs: [build] }
  - { name: last, type: step.work, needs: [flaky, beside] }
`,
    rerun: {},
  },
];
