import { describe, expect, it } from '@jest/globals';
import { CicdError, type Json, type Judgement, type StepResumption } from '@cicd/plugin';
import { createManualClock, createStepContext } from '@cicd/plugin/testing';
import { gate } from '../../src/index.ts';
import { configOf } from '../support/config.ts';

const wednesday = Date.UTC(2026, 0, 7, 12);
const hour = 3_600_000;

const judge = (condition: string): Judgement => ({
  expression: condition,
  holds: condition === 'yes',
  values: { 'scan.passed': condition === 'yes' },
  ...(condition === 'broken' && { trouble: '`scan` has no value in this run.' }),
});

/** A gate in a world of its own. What it wrote down stays when it is resumed at another time. */
function gateOf(config: object, now = wednesday) {
  let checkpoint: Json | undefined;
  const context = (time: number) =>
    createStepContext({
      config: configOf(gate.config, config),
      clock: createManualClock(time),
      judge,
      ...(checkpoint !== undefined && { checkpoint }),
    });
  return {
    async run() {
      const ctx = context(now);
      const result = await gate.run(ctx);
      checkpoint = ctx.recorded.checkpoint;
      return { result, log: ctx.log.lines.map(({ message }) => message) };
    },
    resume: async (resumption: StepResumption, time = now) => gate.resume?.(context(time), resumption),
  };
}

const failureOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!CicdError.isInstance(error)) throw new Error(`no failure: ${JSON.stringify(error)}`);
  return { code: error.code, family: error.family, message: error.message, outputs: error.details['outputs'] };
};

const nobody = { decided_by: [], comment: '' };

describe('a manual gate', () => {
  it('waits for people until its deadline, and shows its message and conditions', async () => {
    const { result, log } = await gateOf({
      approvers: ['ann@example.com', 'bob@example.com'],
      required_approvals: 2,
      message: 'Ship it?',
      auto_approve_conditions: ['yes', 'no', 'broken'],
    }).run();
    expect(result).toEqual({
      wait: {
        kind: 'approval',
        deadline: wednesday + 24 * hour,
        approval: { approvers: ['ann@example.com', 'bob@example.com'], required: 2 },
        data: { message: 'Ship it?', conditions: ['yes', 'no', 'broken'].map(judge) },
      },
    });
    expect(log).toEqual([
      '✓ yes  (scan.passed: true)',
      '✗ no  (scan.passed: false)',
      '✗ broken  (scan.passed: false, `scan` has no value in this run.)',
    ]);
  });

  it('asks nobody when all its conditions hold', async () => {
    const { result } = await gateOf({ auto_approve_conditions: ['yes'] }).run();
    expect(result).toEqual({
      outputs: { approved: true, ...nobody, reason: 'conditions', conditions: [judge('yes')] },
    });
  });

  it('opens when it is approved, and keeps the conditions as they were', async () => {
    const given = gateOf({ auto_approve_conditions: ['no'] });
    await given.run();
    const value = { approved: true, decided_by: ['ann'], comment: 'fine' };
    expect(await given.resume({ kind: 'decision', value })).toEqual({
      outputs: { ...value, reason: 'approved', conditions: [judge('no')] },
    });
  });

  it('fails its step when it is rejected', async () => {
    const given = gateOf({});
    await given.run();
    const value = { approved: false, decided_by: ['ann'], comment: 'not on a Friday' };
    expect(await failureOf(given.resume({ kind: 'decision', value }))).toEqual({
      code: 'gate.rejected',
      family: 'step',
      message: 'ann rejected it: not on a Friday',
      outputs: { ...value, reason: 'rejected', conditions: [] },
    });
  });

  it('fails when nobody decides in time, or opens where that is written', async () => {
    const given = gateOf({ timeout: '1h' });
    expect((await given.run()).result).toMatchObject({ wait: { deadline: wednesday + hour } });
    expect(await failureOf(given.resume({ kind: 'timer' }, wednesday + hour))).toMatchObject({
      code: 'gate.timed_out',
      family: 'step',
      outputs: { approved: false, reason: 'timeout' },
    });
    const lenient = gateOf({ timeout: '1h', on_timeout: 'approve' });
    await lenient.run();
    expect(await lenient.resume({ kind: 'timer' }, wednesday + hour)).toMatchObject({
      outputs: { approved: true, reason: 'timeout' },
    });
  });
});

describe('an automated gate', () => {
  it('opens when all its conditions hold', async () => {
    const { result } = await gateOf({ type: 'automated', auto_approve_conditions: ['yes'] }).run();
    expect(result).toMatchObject({ outputs: { approved: true, reason: 'conditions' } });
  });

  it('fails at once when one does not, and names it', async () => {
    const given = gateOf({ type: 'automated', auto_approve_conditions: ['yes', 'no'] });
    expect(await failureOf(given.run())).toMatchObject({
      code: 'gate.conditions_unmet',
      family: 'step',
      message: '1 of 2 conditions do not hold: no',
      outputs: { approved: false, conditions: [judge('yes'), judge('no')] },
    });
  });
});

describe('a scheduled gate', () => {
  const schedule = { weekdays: ['mon'], start_hour: 9, end_hour: 17, timezone: 'UTC' };
  const monday = Date.UTC(2026, 0, 12, 9);

  it('waits for its window, however far that is, and opens in it', async () => {
    const given = gateOf({ type: 'scheduled', schedule, message: 'On Monday' });
    expect((await given.run()).result).toEqual({
      wait: {
        kind: 'timer',
        deadline: monday,
        data: { message: 'On Monday', conditions: [], opens_at: '2026-01-12T09:00:00.000Z' },
      },
    });
    expect(await given.resume({ kind: 'timer' }, monday)).toEqual({
      outputs: { approved: true, ...nobody, reason: 'schedule', conditions: [] },
    });
  });

  it('opens at once inside its window', async () => {
    const { result } = await gateOf({ type: 'scheduled', schedule: { weekdays: ['wed'] } }).run();
    expect(result).toMatchObject({ outputs: { reason: 'schedule' } });
  });

  it('waits for the window after the one that passed while nobody was there', async () => {
    const given = gateOf({ type: 'scheduled', schedule });
    await given.run();
    expect(await given.resume({ kind: 'timer' }, monday + 8 * hour)).toMatchObject({
      wait: { kind: 'timer', deadline: monday + 7 * 24 * hour },
    });
  });

  it('gives up at its timeout, which does not begin anew', async () => {
    const given = gateOf({ type: 'scheduled', schedule, timeout: '2h' });
    expect((await given.run()).result).toMatchObject({ wait: { deadline: wednesday + 2 * hour } });
    expect(await failureOf(given.resume({ kind: 'timer' }, wednesday + 2 * hour))).toMatchObject({
      code: 'gate.timed_out',
    });
  });
});

describe('the configuration of a gate', () => {
  const conditions = ['yes'];
  it.each([
    [{ type: 'automated' }, 'type'],
    [{ type: 'scheduled' }, 'type'],
    [{ schedule: {} }, 'schedule'],
    [{ type: 'automated', auto_approve_conditions: conditions, schedule: {} }, 'schedule'],
    [{ type: 'automated', auto_approve_conditions: conditions, approvers: ['ann'] }, 'approvers'],
    [{ type: 'automated', auto_approve_conditions: conditions, on_timeout: 'approve' }, 'on_timeout'],
    [{ type: 'scheduled', schedule: {}, required_approvals: 2 }, 'required_approvals'],
    [{ approvers: ['ann'], required_approvals: 2 }, 'required_approvals'],
    [{ type: 'scheduled', schedule: { start_hour: 9, end_hour: 9 } }, 'schedule.end_hour'],
    [{ type: 'scheduled', schedule: { timezone: 'Europe/Berln' } }, 'schedule.timezone'],
  ])('%j is refused at %s', (config, path) => {
    expect(gate.check?.(config as never)).toEqual([
      expect.objectContaining({ code: 'step.config_invalid', severity: 'error', path }),
    ]);
  });

  it.each([
    [{}],
    [{ required_approvals: 3 }],
    [{ approvers: ['admin@example.com'], timeout: '24h', auto_approve_conditions: ['scan.passed == true'] }],
    [{ type: 'scheduled', schedule: { timezone: '{{ inputs.zone }}' }, on_timeout: 'approve', timeout: '1h' }],
    [{ type: 'automated', auto_approve_conditions: conditions }],
  ])('%j is accepted', (config) => {
    expect(gate.check?.(config as never)).toEqual([]);
  });
});
