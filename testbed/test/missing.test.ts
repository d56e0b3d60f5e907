import { describe, expect, it } from '@jest/globals';
import { failsWithout, missingReport } from '../src/report.ts';
import { emptyState, withRecord } from '../src/state.ts';
import { clearMissing, forgetMissing, readMissing, recordMissing } from '../src/testing/missing-suites.ts';
import { lackingSentence, partsOf } from '../src/testing/parts-of.ts';
import { temporaryBeds } from './temporary-bed.ts';

const temporaryBed = temporaryBeds();
const noEngine = { part: 'engine', reason: 'needs root' };
const noImage = { part: 'node', reason: 'it needs engine, which is missing' };

describe('partsOf', () => {
  const state = withRecord(withRecord(emptyState, 'engine', { status: 'ready', facts: { socketPath: '/s' } }), 'node', {
    status: 'missing',
    reason: 'no npm',
  });

  it('gives the facts when every part is ready', () => {
    expect(partsOf(state, ['engine'])).toEqual({ ready: true, facts: { engine: { socketPath: '/s' } } });
  });

  it('names each part that is missing or not up, with the reason', () => {
    const parts = partsOf(state, ['engine', 'node', 'debian']);
    expect(parts).toMatchObject({ ready: false, lacks: [{ part: 'node', reason: 'no npm' }, { part: 'debian' }] });
  });

  it('says in a sentence what a suite needs', () => {
    expect(lackingSentence([noEngine, noImage])).toBe(
      'needs engine (needs root) and node (it needs engine, which is missing)',
    );
  });
});

describe('the record of suites that could not run', () => {
  it('keeps one entry a suite, however often it is written, sorted by file', () => {
    const directories = temporaryBed();
    const later = { file: 'b.test.ts', suite: 'containers', lacks: [noEngine] };
    const sooner = { file: 'a.test.ts', suite: 'containers', lacks: [noEngine, noImage] };
    for (const each of [later, sooner, later]) recordMissing(directories, each);
    expect(readMissing(directories)).toEqual([sooner, later]);
  });

  it('forgets a suite that can run again, and everything when cleared', () => {
    const directories = temporaryBed();
    const [one, two] = ['one', 'two'].map((suite) => ({ file: 'a.test.ts', suite, lacks: [noEngine] }));
    if (one === undefined || two === undefined) throw new Error('two suites');
    recordMissing(directories, one);
    recordMissing(directories, two);
    forgetMissing(directories, one);
    expect(readMissing(directories)).toEqual([two]);
    clearMissing(directories);
    expect(readMissing(directories)).toEqual([]);
  });
});

describe('missingReport', () => {
  it('lists under each missing part the suites that could not run', () => {
    const report = missingReport([
      { file: 'a.test.ts', suite: 'containers', lacks: [noEngine] },
      { file: 'b.test.ts', suite: 'packages', lacks: [noEngine, noImage] },
    ]);
    expect(report.split('\n')).toEqual([
      'engine is missing: needs root',
      '  could not run: containers (a.test.ts)',
      '  could not run: packages (b.test.ts)',
      'node is missing: it needs engine, which is missing',
      '  could not run: packages (b.test.ts)',
    ]);
  });

  it('says so when nothing was missing', () => {
    expect(missingReport([])).toBe('Every suite had the parts that it needs.');
  });
});

describe('failsWithout', () => {
  it.each([
    [{ CI: 'true' }, true],
    [{ CI: '1' }, true],
    [{ CI: 'false' }, false],
    [{}, false],
  ])('%j: %s', (environment, expected) => {
    expect(failsWithout(environment)).toBe(expected);
  });
});
