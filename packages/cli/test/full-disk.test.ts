import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';

const main = path.resolve(import.meta.dirname, '../src/main.ts');
const lines = 60_000;

/**
 * In a mount namespace of its own the data folder is a file system of 4 MiB. A word on standard input makes it larger;
 * at the end the log is printed behind a mark.
 */
const script = `
mount -t tmpfs -o size=4m tmpfs "$DATA" || exit 99
"$NODE" --conditions=@cicd/source "$MAIN" run --data-dir "$DATA" &
run=$!
read word
mount -o remount,size=200m "$DATA"
wait $run
echo "ended with $?"
echo "=== log ==="
"$NODE" --conditions=@cicd/source "$MAIN" logs latest --step writes --data-dir "$DATA"
`;

describeWith(['engine', 'busybox'], 'a run whose disk is full', ({ engine }) => {
  let current: Scene | undefined;
  afterEach(() => {
    current?.remove();
    current = undefined;
  });

  it('says so, waits, and goes on without a line lost', async () => {
    const command = `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) printf "line %d ${'x'.repeat(80)}\\n", i }'`;
    const step = { name: 'writes', type: 'step.shell_exec', config: { image: 'busybox', commands: [command] } };
    const opened = (current = scene({ 'cicd.yaml': JSON.stringify({ steps: [step] }) }));
    mkdirSync(opened.dataFolder, { recursive: true });
    const child = spawn('unshare', ['--mount', '--map-root-user', 'sh', '-c', script], {
      cwd: opened.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: opened.folder,
        NODE: process.execPath,
        MAIN: main,
        DATA: opened.dataFolder,
        DOCKER_HOST: engine.dockerHost,
      },
    });
    let shown = '';
    let madeRoom = false;
    const take = (data: Buffer) => {
      shown += data.toString();
      if (madeRoom || !shown.includes('a log cannot be written: ENOSPC')) return;
      madeRoom = true;
      child.stdin.end('more\n');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    await once(child, 'close');
    expect(madeRoom).toBe(true);
    const [run = '', log = ''] = shown.split('=== log ===\n');
    expect(run).toContain('ended with 0');
    const written = log.trimEnd().split('\n');
    expect(written).toHaveLength(lines);
    expect(written.findIndex((line, at) => !line.startsWith(`line ${at + 1} `))).toBe(-1);
  }, 60_000);
});
