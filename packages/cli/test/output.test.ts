import { describe, expect, it } from '@jest/globals';
import { compilePlan, parsePipelineFile, replay, type RunEvent, type RunState } from '@cicd/engine';
import { platformSteps } from '@cicd/platform';
import fc from 'fast-check';
import { failedStepReport, failedSteps } from '../src/output/failure-report.ts';
import { liveTree } from '../src/output/live-tree.ts';
import { tamed } from '../src/output/tamed.ts';
import { plainProgress, runVerdict } from '../src/output/plain-progress.ts';
import { planReport } from '../src/output/plan-report.ts';
import { problemCount, problemReport } from '../src/output/problem-report.ts';
import { wholeLines } from '../src/output/progress.ts';
import { runJson } from '../src/output/run-json.ts';
import { runExitCode } from '../src/run-exit-code.ts';

const unstyled = (_format: unknown, text: string) => text;

const yaml = `
name: shop
steps:
  - { name: test, needs: [], matrix: { node: ['22', '24'] }, type: step.log, config: { message: m } }
  - { name: pack, needs: [test], type: step.log, config: { message: m } }
`;

function planOf(text: string) {
  const { pipelines, problems } = parsePipelineFile(text, { file: 'cicd.yaml', registry: platformSteps() });
  expect(problems).toEqual([]);
  const [definition] = pipelines.values();
  if (!definition) throw new Error('no pipeline');
  return compilePlan(definition);
}

const created: RunEvent = {
  type: 'run.created',
  at: 1_000,
  run: 'r1',
  project: '/src/shop',
  pipeline: 'shop',
  plan: 'digest',
  attempt: 1,
  actor: 'local:ann',
  trigger: { type: 'manual' },
};
const token = '0'.repeat(32);
const started = (step: string, at: number): RunEvent => ({
  type: 'step.started',
  at,
  step,
  attempt: 1,
  token,
  deadline: 99_000,
});
const begun: RunEvent[] = [
  created,
  { type: 'run.started', at: 1_000 },
  { type: 'source.prepared', at: 1_000, source: { branch: 'main', commit: '0123456789abcdef', dirty: true } },
  started('test.0', 2_000),
  started('test.1', 2_000),
];
const failure: RunEvent[] = [
  { type: 'step.finished', at: 3_500, step: 'test.0', attempt: 1, status: 'succeeded', durationMs: 1_500 },
  {
    type: 'step.finished',
    at: 4_000,
    step: 'test.1',
    attempt: 1,
    status: 'failed',
    durationMs: 2_000,
    exitCode: 7,
    error: {
      code: 'step.command_failed',
      message: 'npm test ended with exit code 7',
      hint: 'Read on.',
      place: { path: 'config', line: 4, column: 9 },
    },
  },
  { type: 'step.skipped', at: 4_000, step: 'pack', reason: 'upstream' },
  { type: 'run.finished', at: 4_000, status: 'failed', warning: false },
];
const stateAfter = (...events: RunEvent[]): RunState => replay(planOf(yaml), events);

const nested = `
name: shop
steps:
  - name: loop
    type: step.foreach
    config:
      items: [eu, us, ap]
      steps:
        - { name: build, type: step.log, config: { message: '{{ item }}' } }
        - name: sides
          type: step.parallel
          config: { steps: [{ name: left, type: step.log, config: { message: l } }] }
  - name: route
    type: step.conditional
    config:
      field: run.pipeline
      routes: { shop: { name: open, type: step.log, config: { message: o } } }
  - name: again
    type: step.while
    config: { condition: index < 2, steps: [{ name: count, type: step.log, config: { message: c } }] }
`;
const attempt = (step: string) => ({ at: 2_500, step, attempt: 1 });
const ended = (step: string, error?: { readonly code: string; readonly message: string }): RunEvent => ({
  type: 'step.finished',
  ...attempt(step),
  status: error ? 'failed' : 'succeeded',
  durationMs: 500,
  ...(error && { error }),
});
const turn = (number: number): RunEvent => ({ type: 'step.scope_opened', ...attempt('loop'), turn: number });
const inLoop: RunEvent[] = [
  created,
  { type: 'run.started', at: 1_000 },
  { type: 'source.prepared', at: 1_000, source: {} },
  started('loop', 2_000),
  {
    type: 'step.entered',
    ...attempt('loop'),
    entry: { kind: 'foreach', items: ['eu', 'us', 'ap'], concurrency: 1, collectErrors: false },
  },
  turn(0),
  started('loop.0.build', 2_000),
  ended('loop.0.build'),
  started('loop.0.sides', 2_000),
  { type: 'step.entered', ...attempt('loop.0.sides'), entry: { kind: 'parallel' } },
  { type: 'step.scope_opened', ...attempt('loop.0.sides') },
  started('loop.0.sides.left', 2_000),
  ended('loop.0.sides.left'),
  ended('loop.0.sides'),
  turn(1),
  started('loop.1.build', 2_500),
];

describe('steps inside steps', () => {
  const view = { now: 3_000, columns: 60, rows: 20, style: unstyled, lastLines: new Map<string, string>() };

  it('stand in the live tree below their step, of a loop the turn that runs', () => {
    expect(liveTree(replay(planOf(nested), inLoop), view)).toBe(
      [
        'shop  r1',
        '  ● loop  1.0s',
        '    turn 2',
        '      ● build  500ms',
        '      ○ sides',
        '  ○ route',
        '  ○ again',
      ].join('\n'),
    );
  });

  it('are told where they failed, and once', () => {
    const failed = { code: 'step.command_failed', message: 'no' };
    const around = { code: 'step.inside_failed', message: 'loop.1.build failed: no' };
    const state = replay(planOf(nested), [
      ...inLoop,
      ended('loop.1.build', failed),
      { type: 'step.skipped', at: 3_000, step: 'loop.1.sides', reason: 'upstream' },
      ended('loop', around),
    ]);
    expect(failedSteps(state).map(({ key }) => key)).toEqual(['loop.1.build']);
    expect(liveTree(state, view)).toContain('      ✗ build');
  });

  it('follow their step in `run --json`, and are told by their keys in plain lines', () => {
    const state = replay(planOf(nested), inLoop);
    expect((runJson(state) as { steps: object[] }).steps).toMatchObject([
      { key: 'loop' },
      { key: 'loop.0.build', name: 'build', parent: 'loop' },
      { key: 'loop.0.sides' },
      { key: 'loop.0.sides.left', parent: 'loop.0.sides' },
      { key: 'loop.1.build' },
      { key: 'loop.1.sides' },
      { key: 'route' },
      { key: 'again' },
    ]);
    expect(plainProgress(started('loop.1.build', 2_500), state, unstyled)).toEqual(['● loop.1.build  started']);
  });

  it('are told as they ended, whatever has become of them since', () => {
    const state = replay(planOf(nested), inLoop);
    expect(plainProgress({ ...ended('loop.1.build'), at: 4_000 }, state, unstyled)).toEqual(['✓ loop.1.build  1.5s']);
    const failed = {
      type: 'step.retry_scheduled',
      ...attempt('loop'),
      durationMs: 500,
      until: 4_500,
    } as const;
    expect(plainProgress(failed, state, unstyled)).toEqual(['● loop  attempt 1 failed, the next one in 2.0s']);
  });

  it('stand in a plan below their step', () => {
    expect(planReport(planOf(nested), [], unstyled)).toContain(
      [
        '  loop  step.foreach',
        '    for each item of ["eu","us","ap"]',
        '      build  step.log',
        '      sides  step.parallel',
        '        needs build',
        '        left  step.log',
        '  route  step.conditional',
        '    needs loop',
        '    route shop',
        '      open  step.log',
        '  again  step.while',
        '    needs route',
        '    while index < 2',
        '      count  step.log',
      ].join('\n'),
    );
  });
});

describe('the live tree', () => {
  const view = {
    now: 3_000,
    columns: 60,
    rows: 20,
    style: unstyled,
    lastLines: new Map([['test.1', '\u001b[31mred\u001b[0m\u001b[2J line']]),
  };

  it('shows the run, its source, and what each step does', () => {
    expect(liveTree(stateAfter(...begun), view)).toBe(
      [
        'shop  r1  main 0123456 (changed)',
        '  test',
        '    ● node: 22  1.0s',
        '    ● node: 24  1.0s',
        '      │ red line',
        '  ○ pack',
      ].join('\n'),
    );
  });

  it('fits a small screen', () => {
    const lines = liveTree(stateAfter(...begun), { ...view, rows: 5, columns: 12 }).split('\n');
    expect(lines.length).toBeLessThanOrEqual(5);
    expect(lines.every((line) => line.length <= 11)).toBe(true);
  });

  it('never lets the output of a step move the cursor', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        expect(tamed(line)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('plain progress', () => {
  it('says what began and what ended', () => {
    const events = [...begun, ...failure];
    const lines = events.flatMap((event, index) =>
      plainProgress(event, stateAfter(...events.slice(0, index + 1)), unstyled),
    );
    expect(lines).toEqual([
      'source: main 0123456 (changed)',
      '● test (node: 22)  started',
      '● test (node: 24)  started',
      '✓ test (node: 22)  1.5s',
      '✗ test (node: 24)  2.0s',
      '− pack  skipped: a step it needs did not succeed',
    ]);
    expect(runVerdict(stateAfter(...events), unstyled)).toBe('failed in 3.0s');
  });
});

describe('a failed run', () => {
  const state = stateAfter(...begun, ...failure);

  it('repeats the output of what failed, and says where to read on', () => {
    const [step] = failedSteps(state);
    if (!step) throw new Error('nothing failed');
    expect(failedStepReport(state, step, ['one', 'two'], unstyled)).toBe(
      [
        '✗ test (node: 24)  exit code 7',
        '  │ one',
        '  │ two',
        '  npm test ended with exit code 7  step.command_failed',
        '  cicd.yaml:4:9',
        '  Read on.',
        '  cicd logs r1 --step test.1',
      ].join('\n'),
    );
  });

  it('has exit code 1, and a JSON shape that others rely on', () => {
    expect(runExitCode(state)).toBe(1);
    expect(runJson(state)).toMatchObject({
      id: 'r1',
      status: 'failed',
      duration_ms: 3_000,
      steps: [
        {
          key: 'test.0',
          name: 'test',
          matrix: { node: '22' },
          status: 'succeeded',
          attempt: 1,
          duration_ms: 1_500,
          error: null,
        },
        { key: 'test.1', exit_code: 7, error: { code: 'step.command_failed' } },
        { key: 'pack', status: 'skipped', attempt: 0 },
      ],
    });
  });

  it.each([
    ['user', 130],
    ['terminated', 143],
    ['hangup', 129],
    ['timeout', 124],
  ] as const)('that was ended by %s has exit code %d', (cause, code) => {
    expect(runExitCode(stateAfter(...begun, { type: 'run.cancel_requested', at: 3_000, cause, deadline: 9_000 }))).toBe(
      code,
    );
  });
});

describe('a problem', () => {
  const problem = {
    code: 'pipeline.unknown_key',
    severity: 'error',
    message: 'unknown key `comands`',
    hint: 'did you mean `commands`?',
    file: 'a.yaml',
    line: 12,
    column: 5,
  } as const;

  it('shows its place, its line and what to write', () => {
    expect(problemReport(problem, '    comands: []', unstyled)).toBe(
      [
        'a.yaml:12:5  error  unknown key `comands`  pipeline.unknown_key',
        '  12 |     comands: []',
        '     |     ^',
        '    did you mean `commands`?',
      ].join('\n'),
    );
  });

  it('is counted', () => {
    expect(problemCount([problem, problem, { ...problem, severity: 'warning' }])).toBe('2 errors, 1 warning');
  });
});

describe('a plan', () => {
  it('names needs, members and digest', () => {
    const plan = planOf(yaml);
    expect(planReport(plan, [], unstyled)).toBe(
      [
        'shop',
        '  test  step.log',
        '    × 2: 22, 24',
        '    workspace copy',
        '  pack  step.log',
        '    needs test',
        `digest: ${plan.digest}`,
      ].join('\n'),
    );
  });
});

describe('whole lines', () => {
  it('come out as they went in, however the bytes are split', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', 'ü', '💡') }), fc.array(fc.nat(12)), (text, sizes) => {
        const bytes = new TextEncoder().encode(text);
        const blocks: string[] = [];
        const lines = wholeLines((block) => blocks.push(block));
        let from = 0;
        for (const size of [...sizes, bytes.length]) {
          lines.push(bytes.subarray(from, from + size));
          from += size;
        }
        lines.end();
        expect(blocks.join('')).toBe(text === '' || text.endsWith('\n') ? text : `${text}\n`);
        expect(blocks.every((block) => block.endsWith('\n'))).toBe(true);
      }),
    );
  });
});
