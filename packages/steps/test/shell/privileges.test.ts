import { describe, expect, it } from '@jest/globals';
import { shellExec } from '../../src/index.ts';
import { configOf } from '../support/config.ts';

const check = (privileges: object, more: object = {}) =>
  shellExec.check?.(configOf(shellExec.config, { image: 'x', commands: ['x'], privileges, ...more }));

describe('privileges of a step', () => {
  it.each([
    [{ capabilities: ['ALL'] }, 'privileges.capabilities[0]'],
    [{ mounts: [{ source: '/srv', target: '/workspace/x' }] }, 'privileges.mounts[0].target'],
    [{ devices: [{ path: '/dev/kvm', target: '/etc/x' }] }, 'privileges.devices[0].target'],
  ])('%j is a mistake that is told where it is written', (privileges, path) => {
    expect(check(privileges)).toMatchObject([{ code: 'grant.invalid', path }]);
  });

  it('are no mistake while a template stands for something of them', () => {
    expect(check({ capabilities: ['{{ inputs.capability }}'] })).toEqual([]);
  });

  it('have one network or none', () => {
    expect(check({ host_network: true }, { network_mode: 'none' })).toMatchObject([{ path: 'network_mode' }]);
    expect(check({ host_network: true })).toEqual([]);
    const services = [{ name: 'db', image: 'x' }];
    expect(check({ host_network: true }, { services })).toMatchObject([{ path: 'services' }]);
  });

  it.each([{ binds: ['/etc:/etc'] }, { mounts: ['/etc:/etc'] }, { mounts: [{ source: 'etc', target: '/x' }] }, 'all'])(
    '%j is none',
    (privileges) => {
      expect(() => configOf(shellExec.config, { image: 'x', commands: ['x'], privileges })).toThrow();
    },
  );
});
