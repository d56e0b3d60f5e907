import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@cicd/plugin';
import * as fc from 'fast-check';
import { replay } from '../../src/run/evolve.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { PipelineStep } from '../../src/definition/pipeline-definition.ts';
import type { FlowEntry } from '../../src/run/scope.ts';
import type { Plan, PlanStep } from '../../src/plan/plan.ts';
import { plan, planStep } from './plan-builder.ts';
import { simulate, snapshot, type Answer, type World } from './simulation.ts';

const final = new Set(['succeeded', 'failed', 'skipped', 'cancelled']);

/** Steps inside others: at most two levels, few turns, so that shrinking finds the small ones. */
const { flow: flowSketch } = fc.letrec<{ flow: Sketch; inner: PlanStep[] }>((tie) => ({
  inner: fc
    .array(
      fc.record({
        flow: fc.option(tie('flow'), { nil: undefined, depthSize: 'small', maxDepth: 2 }),
        independent: fc.boolean(),
        if: fc.option(fc.constantFrom('always()', 'failure()', 'true', 'false', 'error'), { nil: undefined }),
        members: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
        onError: fc.constantFrom('stop' as const, 'stop' as const, 'skip' as const, 'compensate' as const),
        attempts: fc.integer({ min: 1, max: 2 }),
      }),
      { maxLength: 3 },
    )
    .map((steps) =>
      steps.map(({ flow, independent, if: condition, members, attempts, ...step }, position) =>
        planStep({
          ...step,
          ...flow,
          name: `i${position}`,
          needs: independent || position === 0 ? [] : [`i${position - 1}`],
          ...(condition !== undefined && { if: condition }),
          ...(members !== undefined && {
            matrix: { combinations: Array.from({ length: members }, (_, n) => ({ n })) },
          }),
          retry: { maxAttempts: attempts, on: ['failure'] },
        }),
      ),
    ),
  flow: fc.oneof(
    fc
      .record({
        steps: tie('inner'),
        maxParallel: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
        failFast: fc.option(fc.boolean(), { nil: undefined }),
      })
      .map(({ steps, maxParallel, failFast }) =>
        sketch(
          { kind: 'parallel', steps },
          {
            kind: 'parallel',
            ...(maxParallel !== undefined && { maxParallel }),
            ...(failFast !== undefined && { failFast }),
          },
        ),
      ),
    fc
      .record({
        steps: tie('inner'),
        items: fc.array(fc.integer(), { maxLength: 3 }),
        concurrency: fc.integer({ min: 1, max: 3 }),
        collectErrors: fc.boolean(),
      })
      .map(({ steps, ...entry }) => sketch({ kind: 'foreach', as: 'item', steps }, { kind: 'foreach', ...entry })),
    fc
      .record({ steps: tie('inner'), turns: fc.integer({ min: 0, max: 3 }) })
      .map(({ steps, turns }) => sketch({ kind: 'while', steps }, { kind: 'while', maxIterations: 10 }, turns)),
    fc
      .record({ a: tie('inner'), b: tie('inner'), route: fc.constantFrom('a', 'default') })
      .map(({ a, b, route }) =>
        sketch({ kind: 'conditional', routes: { a }, default: b }, { kind: 'conditional', route }),
      ),
    fc.constant(sketch({ kind: 'call', pipeline: 'sub' }, { kind: 'call', inputs: {} })),
  ),
}));

interface Sketch {
  readonly flow: NonNullable<PlanStep['flow']>;
  readonly config: JsonObject;
}

function sketch(flow: Sketch['flow'], entry: FlowEntry, turns = 0): Sketch {
  return { flow, config: { entry, turns } };
}

/** Without a matrix a step of a plan is one of a definition. */
const calledStep = (step: Parameters<typeof planStep>[0]) => planStep(step) as PlanStep & PipelineStep;

const called = {
  sub: {
    name: 'sub',
    inputs: {},
    env: {},
    failFast: false,
    steps: [calledStep({ name: 'c0', onError: 'compensate' }), calledStep({ name: 'c1', needs: ['c0'] })],
    compensation: [calledStep({ name: 'undo-c' })],
    outputs: {},
  },
};

const stepSketch = (position: number) =>
  fc.record({
    needs: fc.subarray(
      Array.from({ length: position }, (_, need) => `s${need}`),
      { maxLength: Math.min(4, position) },
    ),
    flow: fc.option(flowSketch, { nil: undefined, freq: 2 }),
    if: fc.option(fc.constantFrom('always()', 'failure()', 'cancelled()', 'true', 'false', 'error'), {
      nil: undefined,
    }),
    negated: fc.boolean(),
    members: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    maxParallel: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    onError: fc.constantFrom('stop' as const, 'stop' as const, 'skip' as const, 'compensate' as const),
    attempts: fc.integer({ min: 1, max: 3 }),
    on: fc.constantFrom<readonly ('failure' | 'timeout')[]>(['failure'], ['timeout'], ['failure', 'timeout']),
  });

const plans: fc.Arbitrary<Plan> = fc.integer({ min: 0, max: 9 }).chain((size) =>
  fc
    .record({
      steps: fc.tuple(...Array.from({ length: size }, (_, position) => stepSketch(position))),
      failFast: fc.boolean(),
      compensation: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ steps, failFast, compensation }) =>
      plan(
        steps.map(({ flow, if: condition, negated, members, maxParallel, attempts, on, ...step }, position) => ({
          ...step,
          ...flow,
          name: `s${position}`,
          ...(condition !== undefined && (negated ? { skipIf: condition } : { if: condition })),
          ...(members !== undefined && {
            matrix: {
              combinations: Array.from({ length: members }, (_, n) => ({ n })),
              ...(maxParallel !== undefined && { maxParallel }),
            },
          }),
          retry: { maxAttempts: attempts, on },
        })),
        { failFast, called, compensation: Array.from({ length: compensation }, (_, n) => ({ name: `undo${n}` })) },
      ),
    ),
);

const worlds: fc.Arbitrary<World> = fc.record({
  answer: fc.func(
    fc.constantFrom<Answer>('ok', 'ok', 'ok', 'ok', 'fail', 'timeout', 'configuration', 'wait', 'unknown'),
  ),
  cancelAfter: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 2 }) },
  ),
  cap: fc.integer({ min: 1, max: 4 }),
  expires: fc.oneof(
    { weight: 4, arbitrary: fc.constant(() => false) },
    { weight: 1, arbitrary: fc.func(fc.boolean()) },
  ),
});

const runs = { numRuns: 500 };

describe('the state machine, whatever the graph and the world', () => {
  it('ends, with every step in a final state', () => {
    fc.assert(
      fc.property(plans, worlds, (graph, world) => {
        const { state } = simulate(graph, world);
        for (const step of state.steps.values()) expect(final).toContain(step.status);
        expect(state.index.open).toBe(0);
        expect(final).toContain(state.status);
      }),
      runs,
    );
  });

  it('starts each attempt once, in order, and ends what it starts', () => {
    fc.assert(
      fc.property(plans, worlds, (graph, world) => {
        const { history } = simulate(graph, world);
        const started = new Map<string, number>();
        const ended = new Map<string, number>();
        for (const event of history) {
          if (event.type === 'step.started') {
            expect(event.attempt).toBe((started.get(event.step) ?? 0) + 1);
            expect(ended.get(event.step) ?? 0).toBe(event.attempt - 1);
            started.set(event.step, event.attempt);
          }
          if (event.type === 'step.finished' || event.type === 'step.retry_scheduled')
            ended.set(event.step, event.attempt);
        }
        for (const [step, attempt] of started) expect(ended.get(step)).toBe(attempt);
      }),
      runs,
    );
  });

  it('starts a step only when its needs are final and allow it', () => {
    fc.assert(
      fc.property(plans, worlds, (graph, world) => {
        const { history } = simulate(graph, world);
        for (const [position, event] of history.entries()) {
          if (event.type !== 'step.started') continue;
          const before = replay(graph, history.slice(0, position));
          const unit = before.index.units.get(event.step);
          const step = unit?.group.step;
          const scope = unit?.group.scope;
          if (unit?.group.compensation) continue;
          for (const need of step?.needs ?? []) {
            const group = scope?.groups.get(need);
            expect(group?.outcome).toBeDefined();
            const forgiven =
              group?.step.onError === 'skip' &&
              group.members.every(
                ({ status, reason }) => status !== 'cancelled' && reason !== 'upstream' && reason !== 'stopped',
              );
            if (!step?.condition?.usesStatus) expect(group?.outcome?.passed === true || forgiven).toBe(true);
          }
          expect(before.mode).not.toBe('ending');
          expect(scope?.mode).not.toBe('ending');
          const busy = [...(scope?.groups.values() ?? [])]
            .flatMap(({ units }) => units)
            .filter(({ state }) => state.status === 'running');
          expect(busy.filter((other) => other !== unit).length).toBeLessThan(scope?.maxParallel ?? Infinity);
          const members = scope?.groups.get(step?.name ?? '')?.members ?? [];
          const active = members.filter(
            ({ status }) => status === 'running' || status === 'waiting' || status === 'unknown',
          );
          const others = active.filter(({ key }) => key !== event.step);
          expect(others.length).toBeLessThan(step?.matrix?.maxParallel ?? Infinity);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is the fold of its history', () => {
    fc.assert(
      fc.property(plans, worlds, (graph, world) => {
        const { state, history } = simulate(graph, world);
        const stored = JSON.parse(JSON.stringify(history)) as RunEvent[];
        expect(snapshot(replay(graph, stored))).toEqual(snapshot(state));
      }),
      runs,
    );
  });

  it('goes on to the same end from any prefix of its history', () => {
    fc.assert(
      fc.property(plans, worlds, fc.nat(), (graph, world, cut) => {
        const whole = simulate(graph, world);
        const prefix = whole.history.slice(0, whole.ends[cut % whole.ends.length]);
        const resumed = simulate(graph, world, { state: replay(graph, prefix), history: [...prefix] });
        expect(resumed.history).toEqual(whole.history);
      }),
      runs,
    );
  });

  it('never lets a success overwrite a cancel', () => {
    fc.assert(
      fc.property(plans, worlds, (graph, world) => {
        const { state, history } = simulate(graph, world);
        const requests = history.filter(({ type }) => type === 'run.cancel_requested');
        expect(state.status === 'cancelled').toBe(requests.length > 0);
        const second = history.indexOf(requests[1] as RunEvent);
        if (second < 0) return;
        for (const event of history.slice(second)) {
          expect(event.type).not.toBe('step.started');
          if (event.type === 'step.finished') expect(event.status).toBe('cancelled');
        }
      }),
      runs,
    );
  });
});
