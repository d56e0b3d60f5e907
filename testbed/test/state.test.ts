import { describe, expect, it } from '@jest/globals';
import { emptyState, parseState, readState, withoutRecord, withRecord, writeState } from '../src/state.ts';
import { temporaryBeds } from './temporary-bed.ts';

const temporaryBed = temporaryBeds();

describe('state', () => {
  it('is empty where nothing was brought up', () => {
    expect(readState(temporaryBed())).toEqual(emptyState);
  });

  it('comes back as it was written', () => {
    const directories = temporaryBed();
    const state = withRecord(emptyState, 'engine', { status: 'ready', facts: { socketPath: '/run/engine.sock' } });
    writeState(directories, state);
    expect(readState(directories)).toEqual(state);
  });

  it('of another version counts as empty', () => {
    expect(parseState('{"version":0,"parts":{"engine":{"status":"ready","facts":{}}}}')).toEqual(emptyState);
  });

  it('forgets one part and keeps the others', () => {
    const missing = { status: 'missing', reason: 'because' } as const;
    const both = withRecord(withRecord(emptyState, 'a', missing), 'b', missing);
    expect(withoutRecord(both, 'a').parts).toEqual({ b: missing });
  });
});
