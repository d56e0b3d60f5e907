import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { down } from '../src/down.ts';
import { MissingPart, type Part } from '../src/part.ts';
import { refresh } from '../src/refresh.ts';
import { readState } from '../src/state.ts';
import { up } from '../src/up.ts';
import { fakePart } from './fake-part.ts';
import { temporaryBeds } from './temporary-bed.ts';

const temporaryBed = temporaryBeds();
const bringUp = (parts: readonly Part[], directories = temporaryBed(), told: string[] = []) =>
  up(parts, [], directories, {}, (text) => told.push(text));

describe('up', () => {
  it('brings up what is missing and leaves alone what is there', async () => {
    const [there, absent] = [fakePart('there', { present: { port: 1 } }), fakePart('absent')];
    const told: string[] = [];
    const state = await bringUp([there, absent], temporaryBed(), told);
    expect([there.asked, absent.asked]).toEqual([['check'], ['check', 'up']]);
    expect(state.parts['there']).toEqual({ status: 'ready', facts: { port: 1 } });
    expect(told).toEqual([expect.stringMatching(/^absent: ready after/)]);
  });

  it('does nothing more the second time', async () => {
    const directories = temporaryBed();
    const part = fakePart('part');
    await bringUp([part], directories);
    await bringUp([part], directories);
    expect(part.asked).toEqual(['check', 'up', 'check']);
  });

  it('records why a part is missing and what to do', async () => {
    const part = fakePart('part', {
      up: () => Promise.reject(new MissingPart('needs root', 'become root')),
    });
    const { parts } = await bringUp([part]);
    expect(parts['part']).toEqual({ status: 'missing', reason: 'needs root', hint: 'become root' });
  });

  it('records a part that broke, with the trace in its log, and goes on with the others', async () => {
    const directories = temporaryBed();
    const broken = fakePart('broken', { up: () => Promise.reject(new Error('exploded')) });
    const { parts } = await bringUp([broken, fakePart('sound')], directories);
    expect(parts).toMatchObject({ broken: { status: 'missing', reason: 'exploded' }, sound: { status: 'ready' } });
    expect(readFileSync(path.join(directories.home, 'logs/broken.log'), 'utf8')).toContain('Error: exploded');
  });

  it('does not try a part whose need is missing', async () => {
    const engine = fakePart('engine', { up: () => Promise.reject(new MissingPart('no engine')) });
    const image = fakePart('image', { needs: [engine] });
    const { parts } = await bringUp([image]);
    expect(image.asked).toEqual([]);
    expect(parts['image']).toEqual({ status: 'missing', reason: 'it needs engine, which is missing' });
  });

  it('hands a part the facts of those it needs', async () => {
    const engine = fakePart('engine', { present: { socketPath: '/socket' } });
    const image = fakePart('image', { needs: [engine], up: async (bed) => ({ on: bed.facts(engine) }) });
    const { parts } = await bringUp([image]);
    expect(parts['image']).toEqual({ status: 'ready', facts: { on: { socketPath: '/socket' } } });
  });
});

describe('down', () => {
  it('takes everything down, the last first, and removes the folder', async () => {
    const directories = temporaryBed();
    const order: string[] = [];
    const engine = fakePart('engine', { down: async () => void order.push('engine') });
    const image = fakePart('image', { needs: [engine], down: async () => void order.push('image') });
    await bringUp([engine, image], directories);
    await down([engine, image], [], directories, {});
    expect(order).toEqual(['image', 'engine']);
    expect(existsSync(directories.home)).toBe(false);
  });

  it('keeps the parts that were not named', async () => {
    const directories = temporaryBed();
    const [engine, database] = [fakePart('engine'), fakePart('database')];
    await bringUp([engine, database], directories);
    await down([engine, database], ['engine'], directories, {});
    expect(Object.keys(readState(directories).parts)).toEqual(['database']);
  });
});

describe('refresh', () => {
  it('sees a part that died since and changes nothing', async () => {
    const directories = temporaryBed();
    const part = fakePart('part');
    await bringUp([part], directories);
    await part.down(undefined as never);
    expect((await refresh([part], directories, {})).parts).toEqual({});
    expect(readState(directories).parts).toHaveProperty('part');
    expect(part.asked).toEqual(['check', 'up', 'down', 'check']);
  });
});
