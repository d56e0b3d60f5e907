import { describe, expect, it } from '@jest/globals';
import type { Readable } from 'node:stream';
import type { StepContext } from '@cicd/plugin';
import { MemoryTree } from '@cicd/plugin/testing';
import { plan } from '../run/plan-builder.ts';
import { harness, step } from './harness.ts';

const rules = async (): Promise<Readable> => {
  const tree = new MemoryTree();
  tree.write('rules.yml', 'rules: []');
  return tree.pack('rules.yml', 'rules.yml');
};

/** Fills its inputs, and has its process read them. */
const reader = step('reader', async ({ sandbox }: StepContext) => {
  const inputs = await sandbox.inputs();
  await inputs.copyIn(await rules(), '/workspace');
  const process = await sandbox.start({ image: 'scanner', command: ['scan'], inputs, workspaceAccess: 'read' });
  const { exitCode } = await process.wait();
  if (exitCode !== 0) throw new Error(`exit ${exitCode}`);
});

describe('the inputs of an attempt', () => {
  it('are read by its process, and are gone when the next step begins', async () => {
    const left: string[][] = [];
    const look = step(
      'look',
      () => void left.push([...(given.engine.runs('fake').get('run-1')?.workspaces.keys() ?? [])]),
    );
    const given = harness({
      steps: [reader, look],
      program: ({ inputs }) => (inputs?.text('rules.yml') === 'rules: []' ? 0 : 1),
    });
    const state = await given.run(
      plan([
        { name: 'a', type: 'step.reader' },
        { name: 'b', type: 'step.look', needs: ['a'] },
      ]),
    );
    expect(state.status).toBe('succeeded');
    expect(left).toEqual([['']]);
  });

  it('are gone also when the step fails before it has a process', async () => {
    const left: string[][] = [];
    const given = harness({
      steps: [
        step('broken', async ({ sandbox }: StepContext) => {
          await sandbox.inputs();
          throw new Error('no rules');
        }),
        step('look', () => void left.push([...(given.engine.runs('fake').get('run-1')?.workspaces.keys() ?? [])])),
      ],
    });
    const state = await given.run(
      plan([
        { name: 'a', type: 'step.broken' },
        { name: 'b', type: 'step.look', needs: ['a'], if: 'always()' },
      ]),
    );
    expect(state.steps.get('a')?.status).toBe('failed');
    expect(left).toEqual([['']]);
  });

  it('are refused where processes are not isolated', async () => {
    const given = harness({ steps: [reader], capabilities: { isolation: false } });
    const state = await given.run(plan([{ name: 'a', type: 'step.reader' }]));
    expect(state.steps.get('a')?.error?.code).toBe('sandbox.unsupported');
  });
});
