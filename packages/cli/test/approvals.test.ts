import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { scene, type Scene } from './command-line.ts';

// Several commands from their sources, one after the other.
jest.setTimeout(60_000);

let current: Scene | undefined;
const open = (yaml: string) => (current = scene({ 'cicd.yaml': yaml }));
afterEach(() => {
  current?.remove();
  current = undefined;
});

const gated = `
name: release
steps:
  - { name: build, type: step.shell_exec, config: { image: busybox, commands: ['echo built > result.txt'] } }
  - { name: scan, type: step.set, config: { values: { critical: 2 } } }
  - name: approve
    type: step.gate
    config:
      approvers: [admin@example.com, boss@example.com]
      required_approvals: 2
      auto_approve_conditions: [build.passed, scan.critical == 0]
      message: Ship it?
  - { name: ship, type: step.shell_exec, config: { image: busybox, commands: [cat result.txt] } }
`;

interface Listed {
  readonly approvals: readonly { readonly run: string; readonly step: string; readonly digest: string }[];
}

describe('a run that waits for an approval, with nobody to ask', () => {
  it('ends the command with 3, says how to decide, and keeps its workspace', async () => {
    const { cicd, dataFolder } = open(gated);
    const run = await cicd('run', '--sandbox', 'process');
    expect(run.code).toBe(3);
    const [, id] = /cicd approve (\w+) approve\n/.exec(run.stdout) ?? [];
    expect(run.stdout).toContain(`cicd reject ${id} approve`);
    expect(run.stdout).toContain(`cicd resume ${id}`);
    expect(run.stdout).toMatch(
      /◷ approve of release waits for an approval by admin@example\.com, boss@example\.com, 0 of 2, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\n {2}Ship it\?\n {2}✓ build\.passed {2}\(build\.passed: true\)\n {2}✗ scan\.critical == 0 {2}\(scan\.critical: 2\)\n/,
    );
    const left = readdirSync(path.join(dataFolder, 'processes'), { encoding: 'utf8', recursive: true });
    expect(left.filter((name) => /result\.txt$|\/(home|processes|temporary)$/.test(name))).toEqual([
      expect.stringMatching(new RegExp(`/${id}/workspace/result\\.txt$`)),
    ]);
    expect((await cicd('runs')).stdout).toContain('waiting');
  });

  it('is listed until it is decided, once', async () => {
    const { cicd } = open(gated);
    const run = JSON.parse((await cicd('run', '--sandbox', 'process', '--json')).stdout) as Listed & { id: string };
    expect(run).toMatchObject({
      status: 'waiting',
      approvals: [{ run: run.id, step: 'approve', message: 'Ship it?' }],
    });
    expect(JSON.parse((await cicd('approvals', '--json')).stdout)).toEqual({ approvals: run.approvals });
    const approved = await cicd('approve', 'latest', '--comment', 'after the freeze');
    expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining(`cicd resume ${run.id}`) });
    expect(approved.stdout).toMatch(/approved by local:\w+/);
    expect((await cicd('approvals')).stdout).toBe('nothing waits for an approval\n');
    expect(await cicd('reject', 'latest', 'approve')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('approval.decided'),
    });
    expect(await cicd('approve', 'latest')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('approval.not_asked'),
    });
  });

  it('goes on with its workspace once it is approved and resumed', async () => {
    const { cicd } = open(gated);
    await cicd('run', '--sandbox', 'process');
    expect(await cicd('resume', 'latest')).toMatchObject({ code: 3 });
    expect(await cicd('approve', 'latest', '--comment', 'after the freeze')).toMatchObject({ code: 0 });
    const resumed = await cicd('resume', 'latest');
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining('ship | built') });
    const listed = JSON.parse((await cicd('runs', '--json')).stdout) as object;
    expect(listed).toMatchObject({ runs: [{ status: 'succeeded', attempt: 1 }] });
  });

  it('fails at its gate once it is rejected and resumed', async () => {
    const { cicd } = open(gated);
    await cicd('run', '--sandbox', 'process');
    expect(await cicd('reject', 'latest', '--comment', 'not on a Friday')).toMatchObject({ code: 0 });
    const resumed = await cicd('resume', 'latest');
    expect(resumed).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/rejected it: not on a Friday {2}gate\.rejected/),
    });
    expect(resumed.stdout).not.toContain('ship |');
  });

  it('keeps a comment without the secrets of the run, or not at all', async () => {
    const { cicd, start } = open(`
steps:
  - { name: approve, type: step.gate }
  - { name: ship, type: step.shell_exec, config: { image: busybox, commands: [echo shipped], env: { TOKEN: '{{ secrets.TOKEN }}' } } }
  - { name: say, type: step.log, config: { message: 'for: {{ steps.approve.comment }}' } }
`);
    const env = { TOKEN: 'correct-horse-battery' };
    const run = await start(['run', '--sandbox', 'process', '--secret', 'TOKEN'], env).end;
    expect(run.code).toBe(3);
    const comment = ['approve', 'latest', '--comment', 'it is correct-horse-battery'];
    expect(await cicd(...comment)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/approval\.comment_not_maskable[^]*leave the comment out/),
    });
    expect((await start(comment, env).end).code).toBe(0);
    const resumed = await start(['resume', 'latest'], env).end;
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining('for: it is ***') });
  });

  it('goes on by itself when it is decided while its process is at work', async () => {
    const { cicd, start, folder } = open('');
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    writeFileSync(
      path.join(folder, 'cicd.yaml'),
      `steps:
  - { name: slow, needs: [], type: step.shell_exec, config: { image: busybox, commands: ['cat ${pipe}'] } }
  - { name: approve, needs: [], type: step.gate }
  - { name: ship, needs: [approve], type: step.shell_exec, config: { image: busybox, commands: [echo shipped] } }
`,
    );
    const run = start(['run', '--sandbox', 'process']);
    await run.shows('approve  waits for an approval');
    expect(await cicd('approve', 'latest')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The process that drives the run goes on.'),
    });
    await run.shows('ship | shipped');
    writeFileSync(pipe, 'done');
    expect(await run.end).toMatchObject({ code: 0 });
  });

  it('asks which step is meant where several wait', async () => {
    const { cicd } = open(`
steps:
  - { name: a, type: step.gate, needs: [] }
  - { name: b, type: step.gate, needs: [] }
`);
    expect((await cicd('run', '--sandbox', 'process')).code).toBe(3);
    expect(await cicd('approve', 'latest')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/approval\.step_unclear[^]*a, b/),
    });
    expect(await cicd('approve', 'latest', 'b')).toMatchObject({ code: 0 });
    expect((JSON.parse((await cicd('approvals', '--json')).stdout) as Listed).approvals).toMatchObject([{ step: 'a' }]);
  });

  it('leaves a run that waits for its hour', async () => {
    const closed = (new Date().getUTCHours() + 2) % 24;
    const { cicd } = open(`
steps:
  - name: hours
    type: step.gate
    config: { type: scheduled, schedule: { start_hour: ${closed}, end_hour: ${(closed + 1) % 24} } }
`);
    const run = await cicd('run', '--sandbox', 'process');
    expect(run).toMatchObject({ code: 3, stdout: expect.stringMatching(/hours waits until [^]*cicd resume/) });
  });
});
