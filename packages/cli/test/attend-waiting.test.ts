import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compilePlan, parsePipelineFile, type RunHandle } from '@cicd/engine';
import { createPlatform, type Platform } from '@cicd/platform';
import { createFakeSandboxDriver } from '@cicd/plugin/testing';
import stripAnsi from 'strip-ansi';
import { localUser } from '../src/input/local-user.ts';
import { attendWaiting } from '../src/run/attend-waiting.ts';

const twoGates = `source: none
steps:
  - { name: first, needs: [], type: step.gate, config: { approvers: [boss@example.com], message: To staging? } }
  - { name: second, needs: [], type: step.gate, config: { message: To production? } }
`;

describe('somebody who attends a run that waits', () => {
  let folder: string;
  let platform: Platform;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-attend-'));
    const sandbox = createFakeSandboxDriver({ program: () => {} });
    platform = await createPlatform({ dataFolder: folder, local: true, sandbox });
  });
  afterEach(async () => {
    await platform.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs the gates; `answer` is asked with what stands on the screen whenever a question does. */
  async function attend(answer: ((question: string, handle: RunHandle) => string | undefined) | 'nobody') {
    const [definition] = parsePipelineFile(twoGates, {
      file: 'cicd.yaml',
      registry: platform.steps,
    }).pipelines.values();
    if (!definition) throw new Error('the pipeline has no definition');
    const started = Promise.withResolvers<RunHandle>();
    const input = new PassThrough();
    const stream = new PassThrough();
    let unread = '';
    let shown = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      unread += stripAnsi(text);
      if (answer === 'nobody' || !unread.endsWith(': ')) return;
      const question = unread;
      unread = '';
      started.promise.then((handle) => input.write(answer(question, handle) ?? ''), input.destroy);
    });
    const output = stream as unknown as NodeJS.WriteStream;
    const attendance = attendWaiting(started.promise, {
      stream: output,
      progress: { event: () => {}, output: () => {}, trouble: () => {}, pause: () => {}, end: () => {} },
      ...(answer !== 'nobody' && { terminal: { input, output } }),
    });
    const handle = await platform.runtime.start(compilePlan(definition), {
      project: folder,
      actor: localUser(),
      trigger: { type: 'manual' },
      listener: { waits: attendance.waits },
    });
    started.resolve(handle);
    const state = await Promise.race([handle.done, attendance.failed]);
    return { state, shown: stripAnsi(shown), ofStep: (key: string) => state.steps.get(key) };
  }

  it('is asked about one after the other, and decides for every approver', async () => {
    const { state, shown, ofStep } = await attend((question) => {
      if (question.includes('Comment')) return 'fine\r';
      return question.includes('To staging?') ? 'y\r' : 'n\r';
    });
    expect(state.status).toBe('failed');
    expect(ofStep('first')).toMatchObject({
      status: 'succeeded',
      outputs: { decided_by: [localUser()], comment: 'fine' },
    });
    expect(ofStep('second')).toMatchObject({ status: 'failed', error: { code: 'gate.rejected' } });
    expect(shown).toContain('waits for an approval by boss@example.com');
  });

  it('may put it off: what can be decided is decided, and the rest left waiting', async () => {
    const { state, ofStep } = await attend((question) => {
      if (question.includes('Comment')) return '\r';
      return question.includes('To staging?') ? 'later\r' : 'y\r';
    });
    expect(state.status).toBe('waiting');
    expect(ofStep('first')?.status).toBe('waiting');
    expect(ofStep('second')?.status).toBe('succeeded');
    expect(await platform.runs.holder(state.id)).toBeUndefined();
  });

  it('is no longer asked what somebody else has decided meanwhile', async () => {
    const { state, ofStep } = await attend((question, handle) => {
      if (question.includes('Comment')) return '\r';
      if (!question.includes('To staging?')) return 'y\r';
      const digest = handle.state.steps.get('first')?.approval?.digest ?? '';
      const vote = { by: 'local:other', verdict: 'approve' as const, local: true as const, digest };
      void platform.mailbox.post(handle.id, { type: 'vote', step: 'first', vote }, 'local:other');
      return undefined;
    });
    expect(state.status).toBe('succeeded');
    expect(ofStep('first')?.outputs).toMatchObject({ decided_by: ['local:other'] });
  });

  it('is left, where there is nobody', async () => {
    const { state } = await attend('nobody');
    expect(state.status).toBe('waiting');
    expect(await platform.runs.holder(state.id)).toBeUndefined();
  });
});
