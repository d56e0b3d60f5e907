import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { ApprovalTerms } from '@cicd/plugin';
import type { Verdict } from '../../src/run/approval.ts';
import { replay } from '../../src/run/evolve.ts';
import { plan } from './plan-builder.ts';
import { machine, snapshot } from './simulation.ts';

const people = ['ann', 'bob', 'cem', 'dia', 'local:ann'] as const;
const requester = 'ann';
const timeToDecide = 100;

type Move =
  | { readonly kind: 'vote'; readonly by: string; readonly verdict: Verdict; readonly stale: boolean }
  | { readonly kind: 'pass'; readonly by: number }
  | { readonly kind: 'timer' }
  | { readonly kind: 'cancel' };

const moves = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('vote' as const),
        by: fc.constantFrom(...people),
        verdict: fc.constantFrom<Verdict>('approve', 'approve', 'approve', 'reject'),
        stale: fc.nat(9).map((one) => one === 0),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), by: fc.constantFrom(1, 40, 100) }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'timer' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  ),
  { maxLength: 14 },
);

const terms = fc.record({
  approvers: fc.subarray(['ann', 'bob', 'cem', 'dia']),
  required: fc.integer({ min: 1, max: 3 }),
  allowsRequester: fc.boolean(),
});

interface Expected {
  readonly end?: { readonly decision: string; readonly by: readonly string[] };
}

/** What must come out, said in another way than the machine says it. */
function expected(order: readonly Move[], given: ApprovalTerms, local: boolean): Expected {
  let clock = 0;
  const yes: string[] = [];
  for (const move of order) {
    if (move.kind === 'pass') clock += move.by;
    if (move.kind === 'cancel') return { end: { decision: 'cancelled', by: [] } };
    if (move.kind === 'timer' && clock >= timeToDecide) return { end: { decision: 'timed_out', by: [] } };
    if (move.kind !== 'vote' || clock >= timeToDecide || move.stale) continue;
    const stands = move.by === 'local:ann';
    const may = stands
      ? local
      : (given.approvers.length === 0 || given.approvers.includes(move.by)) &&
        (move.by !== requester || given.allowsRequester);
    if (!may || yes.includes(move.by)) continue;
    if (move.verdict === 'reject') return { end: { decision: 'rejected', by: [move.by] } };
    yes.push(move.by);
    if (stands || yes.length >= given.required) return { end: { decision: 'approved', by: yes } };
  }
  return {};
}

describe('an approval, in whatever order votes, time and cancels come', () => {
  it('is decided once, and as the votes say', () => {
    fc.assert(
      fc.property(moves, terms, fc.boolean(), (order, given, local) => {
        const driven = machine(plan([{ name: 'gate' }]), undefined, {
          actor: requester,
          ...(local && { local: true }),
        });
        driven.begin();
        driven.start('gate');
        const wait = { kind: 'approval' as const, deadline: driven.now + timeToDecide, approval: given };
        driven.send({ type: 'wait', step: 'gate', attempt: 1, wait });
        const digest = driven.of('gate').approval?.digest ?? '';
        for (const move of order) {
          if (move.kind === 'pass') driven.advance(move.by);
          if (move.kind === 'timer') driven.send({ type: 'resume', step: 'gate', kind: 'timer' });
          if (move.kind === 'cancel') driven.send({ type: 'cancel', cause: 'user' });
          if (move.kind !== 'vote') continue;
          const { by, verdict, stale } = move;
          const vote = {
            by,
            verdict,
            digest: stale ? 'other' : digest,
            ...(by === 'local:ann' && { local: true as const }),
          };
          driven.send({ type: 'vote', step: 'gate', vote });
        }

        const { end } = expected(order, given, local);
        const resumed = driven.history.filter(({ type }) => type === 'step.resumed');
        const { approval } = driven.of('gate');
        expect(approval?.decision).toBe(end?.decision);
        expect(resumed).toHaveLength(end === undefined || end.decision === 'cancelled' ? 0 : 1);
        if (end && end.by.length > 0)
          expect(resumed[0]).toMatchObject({
            kind: 'decision',
            value: { approved: end.decision === 'approved', decided_by: end.by },
          });
        expect(snapshot(replay(driven.state.plan, driven.history))).toEqual(snapshot(driven.state));
      }),
      { numRuns: 2_000 },
    );
  });
});
