import { describe, expect, it } from '@jest/globals';
import { shellLines, statusTable } from '../src/status.ts';
import { emptyState, withRecord } from '../src/state.ts';
import { fakePart } from './fake-part.ts';

const engine = fakePart('engine', { environment: () => ({ DOCKER_HOST: "unix:///it's.sock" }) });
const database = fakePart('database');
const state = withRecord(
  withRecord(emptyState, 'engine', { status: 'ready', facts: { socketPath: '/s', images: ['a', 'b'] } }),
  'database',
  { status: 'missing', reason: 'no server', hint: 'install one' },
);

describe('statusTable', () => {
  it('has one row a part with its facts or the reason', () => {
    expect(statusTable([engine, database, fakePart('git')], state).split('\n')).toEqual([
      'engine    ready    the engine    socketPath=/s images=a,b',
      'database  missing  the database  no server; install one',
      'git       down     the git',
    ]);
  });
});

describe('shellLines', () => {
  it('exports the variables of ready parts, quoted', () => {
    expect(shellLines([engine, database], state)).toBe("export DOCKER_HOST='unix:///it'\\''s.sock'\n");
  });

  it('prints nothing for a bed that is down', () => {
    expect(shellLines([engine, database], emptyState)).toBe('');
  });
});
