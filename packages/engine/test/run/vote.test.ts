import { describe, expect, it } from '@jest/globals';
import type { ApprovalTerms } from '@cicd/plugin';
import type { Vote } from '../../src/run/approval.ts';
import type { RunCreated } from '../../src/run/events.ts';
import { voteRefusal } from '../../src/run/vote.ts';
import { plan } from './plan-builder.ts';
import { machine } from './simulation.ts';

const digestOfImage = `sha256:${'a'.repeat(64)}`;

/** A run whose gate waits for an approval. */
function asking(terms: Partial<ApprovalTerms> = {}, run: Partial<RunCreated> = {}, timeout?: number) {
  const driven = machine(
    plan([{ name: 'build' }, { name: 'gate', needs: ['build'] }], timeout === undefined ? {} : { timeout }),
    undefined,
    { actor: 'ann@example.com', ...run },
  );
  driven.begin();
  driven.start('build');
  driven.send({ type: 'created', step: 'build', attempt: 1, process: 'container', image: digestOfImage });
  driven.send({
    type: 'finish',
    step: 'build',
    attempt: 1,
    outcome: { status: 'succeeded', outputs: { pushed: `shop@${digestOfImage}`, size: 7 } },
  });
  driven.start('gate');
  driven.send({
    type: 'wait',
    step: 'gate',
    attempt: 1,
    wait: {
      kind: 'approval',
      deadline: driven.now + 60_000,
      approval: { approvers: ['bob@example.com', 'eve@example.com'], required: 1, ...terms },
    },
  });
  const vote = (by: string, rest: Partial<Vote> = {}): Vote => ({
    by,
    verdict: 'approve',
    digest: driven.of('gate').approval?.digest ?? '',
    ...rest,
  });
  return {
    driven,
    vote,
    cast: (by: string, rest?: Partial<Vote>) => driven.send({ type: 'vote', step: 'gate', vote: vote(by, rest) }),
    refusal: (given: Vote) => voteRefusal(driven.state, 'gate', given, driven.now)?.code,
  };
}

describe('a step that waits for an approval', () => {
  it('is about the run, its plan and the images that are known', () => {
    const { driven } = asking();
    expect(driven.of('gate').approval).toMatchObject({
      subject: {
        run: 'run-1',
        runAttempt: 1,
        step: 'gate',
        attempt: 1,
        plan: driven.state.plan.digest,
        images: { build: digestOfImage, 'build.pushed': `shop@${digestOfImage}` },
      },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      votes: [],
    });
    expect(asking({}, { run: 'run-2' }).driven.of('gate').approval?.digest).not.toBe(
      driven.of('gate').approval?.digest,
    );
  });

  it('goes on once enough approvers have approved', () => {
    const { driven, cast } = asking({ required: 2 });
    expect(cast('bob@example.com', { comment: 'fine' }).map(({ type }) => type)).toEqual(['step.vote_cast']);
    expect(driven.of('gate').status).toBe('waiting');
    expect(cast('eve@example.com').map(({ type }) => type)).toEqual(['step.vote_cast', 'step.resumed']);
    expect(driven.of('gate')).toMatchObject({
      status: 'running',
      current: {
        resumption: {
          kind: 'decision',
          value: { approved: true, decided_by: ['bob@example.com', 'eve@example.com'], comment: 'fine' },
        },
      },
      approval: { decision: 'approved' },
    });
  });

  it('ends at the first rejection', () => {
    const { driven, cast } = asking({ required: 2 });
    cast('bob@example.com');
    cast('eve@example.com', { verdict: 'reject', comment: 'not today' });
    expect(driven.of('gate').current?.resumption?.value).toEqual({
      approved: false,
      decided_by: ['eve@example.com'],
      comment: 'not today',
    });
    expect(driven.of('gate').approval?.decision).toBe('rejected');
  });

  it('takes everybody’s vote where no approvers are named, but for the requester’s', () => {
    const { refusal, vote } = asking({ approvers: [] });
    expect(refusal(vote('zoe@example.com'))).toBeUndefined();
    expect(refusal(vote('ann@example.com'))).toBe('approval.requester');
  });

  it('takes the requester’s vote where the terms say so', () => {
    const { refusal, vote } = asking({ approvers: ['ann@example.com'], allowsRequester: true });
    expect(refusal(vote('ann@example.com'))).toBeUndefined();
  });

  it('asks again in a rerun, whose requester cannot decide it, nor the one of the attempt before', () => {
    const { driven, cast, refusal, vote } = asking({ approvers: [] });
    const first = driven.of('gate').approval?.digest;
    cast('bob@example.com', { verdict: 'reject' });
    driven.finish('gate', 'fail');
    driven.close();
    driven.send({ type: 'rerun', actor: 'eve@example.com', kept: ['build'], workspace: 'kept' });
    driven.start('gate');
    const wait = { kind: 'approval' as const, deadline: driven.now + 60_000, approval: { approvers: [], required: 1 } };
    driven.send({ type: 'wait', step: 'gate', attempt: driven.of('gate').attempt, wait });
    expect(driven.of('gate').approval).toMatchObject({
      votes: [],
      subject: { runAttempt: 2, images: { build: digestOfImage } },
    });
    expect(refusal(vote('bob@example.com', { digest: first ?? '' }))).toBe('approval.changed');
    expect(refusal(vote('eve@example.com'))).toBe('approval.requester');
    expect(refusal(vote('ann@example.com'))).toBe('approval.requester');
    expect(refusal(vote('bob@example.com'))).toBeUndefined();
  });

  it('takes a local vote for every approver, the requester’s too, and only in a local run', () => {
    const local = asking({ required: 2 }, { actor: 'local:ann', local: true });
    expect(local.cast('local:ann', { local: true })).toHaveLength(2);
    expect(local.driven.of('gate').current?.resumption?.value).toEqual({ approved: true, decided_by: ['local:ann'] });
    expect(local.driven.history).toContainEqual(
      expect.objectContaining({ type: 'step.vote_cast', vote: expect.objectContaining({ local: true }) }),
    );
    const server = asking({}, { actor: 'local:ann' });
    expect(server.refusal(server.vote('local:ann', { local: true }))).toBe('approval.not_local');
  });

  it.each<[string, (given: ReturnType<typeof asking>) => Vote | void]>([
    ['approval.not_approver', ({ vote }) => vote('mallory@example.com')],
    ['approval.not_approver', ({ vote }) => vote('BOB@example.com')],
    ['approval.requester', ({ vote }) => vote('ann@example.com', { verdict: 'reject' })],
    ['approval.changed', ({ vote }) => vote('bob@example.com', { digest: '0'.repeat(64) })],
    ['approval.comment_too_long', ({ vote }) => vote('bob@example.com', { comment: 'x'.repeat(4_001) })],
    [
      'approval.repeated',
      ({ vote, cast }) => (cast('bob@example.com'), vote('bob@example.com', { verdict: 'reject' })),
    ],
    ['approval.decided', ({ vote, cast }) => (cast('bob@example.com', { verdict: 'reject' }), vote('eve@example.com'))],
    ['approval.expired', ({ vote, driven }) => (driven.advance(60_000), vote('bob@example.com'))],
    [
      'approval.decided',
      ({ vote, driven }) => (
        driven.advance(60_000),
        driven.send({ type: 'resume', step: 'gate', kind: 'timer' }),
        vote('bob@example.com')
      ),
    ],
    [
      'approval.decided',
      ({ vote, driven }) => (driven.send({ type: 'cancel', cause: 'user' }), vote('bob@example.com')),
    ],
  ])('refuses with %s', (code, prepare) => {
    const given = asking({ required: 2, approvers: ['bob@example.com', 'eve@example.com'] });
    const vote = prepare(given) as Vote;
    const before = given.driven.history.length;
    expect(given.refusal(vote)).toBe(code);
    given.driven.send({ type: 'vote', step: 'gate', vote });
    expect(given.driven.history).toHaveLength(before);
  });

  it('takes no vote once the run’s own deadline has passed', () => {
    const { driven, refusal, vote } = asking({}, {}, 30_000);
    driven.advance(30_000);
    expect(refusal(vote('bob@example.com'))).toBe('approval.expired');
  });

  it('takes no vote about a step that asks for none', () => {
    const { driven, vote } = asking();
    const given = vote('bob@example.com');
    expect(voteRefusal(driven.state, 'build', given, driven.now)?.code).toBe('approval.not_asked');
    expect(voteRefusal(driven.state, 'nothing', given, driven.now)?.code).toBe('approval.not_asked');
  });

  it('is decided by votes and its deadline only', () => {
    const { driven } = asking();
    expect(
      driven.send({ type: 'resume', step: 'gate', kind: 'decision', value: { approved: true, decided_by: [] } }),
    ).toEqual([]);
    expect(driven.send({ type: 'resume', step: 'gate', kind: 'event' })).toEqual([]);
    expect(driven.send({ type: 'resume', step: 'gate', kind: 'timer' })).toEqual([]);
    driven.advance(60_000);
    expect(driven.send({ type: 'resume', step: 'gate', kind: 'timer' })).toHaveLength(1);
    expect(driven.of('gate').approval?.decision).toBe('timed_out');
  });

  it('asks again at its next attempt, and an old vote does not count for it', () => {
    const driven = machine(plan([{ name: 'gate', retry: { maxAttempts: 2, delay: 0 } }]));
    const ask = () =>
      driven.send({
        type: 'wait',
        step: 'gate',
        attempt: driven.of('gate').attempt,
        wait: { kind: 'approval', deadline: driven.now + 1_000, approval: { approvers: [], required: 1 } },
      });
    driven.begin();
    driven.start('gate');
    ask();
    const old: Vote = { by: 'bob', verdict: 'reject', digest: driven.of('gate').approval?.digest ?? '' };
    driven.send({ type: 'vote', step: 'gate', vote: old });
    driven.finish('gate', 'fail');
    driven.start('gate');
    ask();
    expect(driven.of('gate').approval).toMatchObject({ votes: [] });
    expect(voteRefusal(driven.state, 'gate', old, driven.now)?.code).toBe('approval.changed');
  });
});
