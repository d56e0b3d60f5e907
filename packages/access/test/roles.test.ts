import { expect, it } from '@jest/globals';
import { permissions, permits, roles } from '../src/index.ts';

it('one that sees a project does nothing to another, and manages nothing of the instance', () => {
  const narrow = (role: (typeof roles)[number]) => ({ name: 'x', role, project: '/shop' });
  for (const role of roles) {
    for (const permission of permissions) {
      expect(permits(narrow(role), permission, { project: '/blog' })).toBe(false);
      const isOfInstance = permission === 'token.manage' || permission === 'audit.read';
      expect(permits(narrow(role), permission, { project: '/shop' })).toBe(
        !isOfInstance && permits({ name: 'x', role }, permission, { project: '/shop' }),
      );
    }
  }
});

it('a viewer changes nothing, and only an admin gives out tokens', () => {
  const allowed = (role: (typeof roles)[number]) => permissions.filter((each) => permits({ name: 'x', role }, each));
  expect(allowed('viewer')).toEqual(['schema.read', 'pipeline.validate', 'run.read']);
  expect(allowed('developer')).toEqual(['schema.read', 'pipeline.validate', 'run.read', 'run.cancel']);
  expect(allowed('admin')).toEqual(permissions);
});
