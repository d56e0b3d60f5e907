import { describe, expect, it } from '@jest/globals';
import { noPrivileges, type GrantPolicy, type Privileges } from '@cicd/plugin';
import { plan } from '../run/plan-builder.ts';
import { harness, step } from './harness.ts';

const asked: Privileges = { ...noPrivileges, capabilities: ['cap_net_admin'] };
const asking = step('asking', async ({ sandbox }) => {
  const process = await sandbox.start({ image: 'x', command: ['x'], privileges: asked });
  await process.wait();
});
const one = plan([{ name: 'a', type: 'step.asking', retry: { maxAttempts: 3 } }]);

describe('privileges of a container', () => {
  it('are refused where nobody grants them, once and for all, before there is a container', async () => {
    const given = harness({ steps: [asking] });
    const state = await given.run(one);
    expect(state.steps.get('a')).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'grant.refused' } });
    const types = (await given.events(state)).map(({ type }) => type);
    expect(types).not.toContain('step.created');
    expect(types).not.toContain('step.privileged');
  });

  it('are what the policy makes of them, recorded before the container', async () => {
    const askers: unknown[] = [];
    const grants: GrantPolicy = {
      authorize(privileges, asker) {
        askers.push([privileges, asker]);
        return Promise.resolve({ ...noPrivileges, capabilities: ['NET_ADMIN'] });
      },
    };
    const given = harness({ steps: [asking], ports: { grants } });
    const state = await given.run(one);
    expect(state.status).toBe('succeeded');
    expect(askers).toEqual([[asked, { project: '/demo', pipeline: 'demo', step: 'a' }]]);
    const events = await given.events(state);
    const types = events.map(({ type }) => type);
    expect(types.indexOf('step.privileged')).toBeLessThan(types.indexOf('step.created'));
    expect(events.find(({ type }) => type === 'step.privileged')).toMatchObject({
      step: 'a',
      attempt: 1,
      privileges: { capabilities: ['NET_ADMIN'] },
    });
  });

  it('that are none ask nobody', async () => {
    const plain = step('plain', async ({ sandbox }) => {
      await (await sandbox.start({ image: 'x', command: ['x'], privileges: noPrivileges })).wait();
    });
    const given = harness({ steps: [plain] });
    expect((await given.run(plan([{ name: 'a', type: 'step.plain' }]))).status).toBe('succeeded');
  });
});
