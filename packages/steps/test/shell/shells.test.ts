import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { localShell, localShells } from '../support/local-shell.ts';
import { runShellExec, token } from '../support/run-shell-exec.ts';

const string = { type: 'string' };

describe.each(localShells)('step.shell_exec with %s', (shell) => {
  const run = (commands: readonly string[], config: object = {}, options: Parameters<typeof runShellExec>[2] = {}) =>
    runShellExec(localShell(shell), { shell: shell, commands, ...config }, options);

  it('keeps directory, variables and functions from command to command, each a section', async () => {
    const { ctx, outputs, error } = await run([
      'mkdir made; cd made; export A=1',
      'f() { echo "f $A"; }',
      'f; basename "$PWD"',
    ]);
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ exit_code: 0, artifacts: [] });
    expect(ctx.log.sections).toEqual([
      { title: 'mkdir made; cd made; export A=1', text: '' },
      { title: 'f() { echo "f $A"; }', text: '' },
      { title: 'f; basename "$PWD"', text: 'f 1\nmade\n' },
    ]);
  });

  it('ends at the first command that fails, and names it', async () => {
    const { ctx, error } = await run(['echo one', 'echo two; exit 3', 'echo three']);
    expect(error).toMatchObject({
      code: 'step.command_failed',
      message: 'the command `echo two; exit 3` (2 of 3) ended with exit code 3',
      details: { exit_code: 3, command: 'echo two; exit 3', position: 2 },
    });
    expect(ctx.log.text('stdout')).toBe('one\ntwo\n');
  });

  it('ends in the midst of a command of several lines', async () => {
    const { ctx, error } = await run(['echo before\nfalse\necho after']);
    expect(error).toMatchObject({ code: 'step.command_failed', details: { exit_code: 1, position: 1 } });
    expect(ctx.log.text('stdout')).toBe('before\n');
    expect(ctx.log.sections.map(({ title }) => title)).toEqual(['echo before …']);
  });

  it('keeps a syntax error and an open here-document in their command', async () => {
    const broken = await run(['echo one', 'if then', 'echo three']);
    expect(broken.error).toMatchObject({ code: 'step.command_failed', details: { position: 2, exit_code: 2 } });
    expect(broken.ctx.log.text('stdout')).toBe('one\n');
    expect(broken.ctx.log.text('stderr')).toMatch(/syntax error/i);
    const open = await run(['cat <<END\nin the document\n', 'echo END; echo two']);
    expect(open.error).toBeUndefined();
    expect(open.ctx.log.sections[1]?.text).toBe('END\ntwo\n');
  });

  it('says what an exit code means', async () => {
    expect((await run(['no-such-program'])).error).toMatchObject({
      details: { exit_code: 127 },
      hint: expect.stringContaining('not found'),
    });
    expect((await run(["sh -c 'kill -9 $$'"])).error).toMatchObject({
      details: { exit_code: 137 },
      hint: expect.stringContaining('SIGKILL'),
    });
  });

  it('survives exit, exec, traps and redirections of the commands: outputs are read all the same', async () => {
    const declaredOutputs = { done: string };
    const write = 'echo done=yes >> "$CICD_OUTPUT"';
    for (const last of ['exit 0', 'exec true', 'trap "echo bye" EXIT', 'exec >/dev/null 2>&1', 'set +e; false; true']) {
      const { outputs, error } = await run([write, last], {}, { declaredOutputs });
      expect(error).toBeUndefined();
      expect(outputs).toMatchObject({ done: 'yes', exit_code: 0 });
    }
  });

  it('minds no option that a command sets', async () => {
    for (const option of ['set -u', 'set -C', 'set -f', 'IFS=/', 'exec >&-', 'set -- a b c', 'umask 777']) {
      const { error } = await run([option, 'true', 'false']);
      expect(error).toMatchObject({ code: 'step.command_failed', details: { position: 3, exit_code: 1 } });
    }
  });

  it('names the failing command also when its marks went elsewhere', async () => {
    const { error } = await run(['exec >/dev/null', 'true', 'false']);
    expect(error).toMatchObject({ details: { position: 3 } });
  });

  it('shows no mark, not even in a trace', async () => {
    const { ctx } = await run(['set -x', 'echo hi', 'set']);
    const everything = ctx.log.text('stdout') + ctx.log.text('stderr');
    expect(everything).toContain('+ echo hi');
    expect(everything).not.toContain(token);
    expect(everything).not.toContain('\x1e');
  });

  it('gives commands an empty standard input and the umask of the workspace', async () => {
    const { ctx } = await run(['cat; echo end', 'umask']);
    expect(ctx.log.text('stdout')).toMatch(/^end\n0*2\n$/);
  });

  it('delivers variables and secret files exactly, none of it on the command line', async () => {
    const value = fc
      .string({ unit: 'binary', maxLength: 60 })
      .filter((text) => !text.includes('\0') && text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(value, value, async (variable, secret) => {
        const { ctx, error } = await run(
          ['printf %s "$VALUE"; printf "|"; cat "$SECRET"; printf "|%s" "$OVER"'],
          { env: { VALUE: variable, OVER: 'step' }, secret_files: { SECRET: secret } },
          { env: { OVER: 'pipeline' } },
        );
        expect(error).toBeUndefined();
        expect(ctx.log.text('stdout')).toBe(`${variable}|${secret}|step`);
      }),
      { numRuns: 25 },
    );
  });

  it('takes a script far beyond the limit of an argument', async () => {
    const long = 'x'.repeat(700_000);
    const { ctx, error } = await run([`printf %s '${long}' | wc -c`], { env: { LONG: 'y'.repeat(100_000) } });
    expect(error).toBeUndefined();
    expect(ctx.log.text('stdout').trim()).toBe('700000');
  });

  it('runs nothing of an input that broke off, wherever', async () => {
    const cut = (bytes: (length: number) => number) =>
      runShellExec(
        ({ input, ...process }) => localShell(shell)({ ...process, input: input.slice(0, bytes(input.length)) }),
        { shell: shell, commands: ['echo ran'], env: { A: "it's" }, secret_files: { S: 'secret' } },
      );
    for (const bytes of [
      () => 0,
      () => 5,
      () => 35,
      () => 36,
      (n: number) => n >> 1,
      (n: number) => n - 40,
      (n: number) => n - 10,
      (n: number) => n - 2,
    ]) {
      const { ctx, error } = await cut(bytes);
      expect(error).toMatchObject({ code: 'step.input_lost', family: 'engine', retryable: true });
      expect(ctx.log.text('stdout')).toBe('');
    }
    expect((await cut((length) => length)).error).toBeUndefined();
  });

  it('reads lines and blocks of outputs, also of a step whose output has no line end', async () => {
    const { ctx, outputs } = await run(
      [
        'echo "version=1.4=2" >> "$CICD_OUTPUT"; printf "notes<<END\\none\\n\\ntwo\\nEND\\ncount=3" >> "$CICD_OUTPUT"; printf "no line end"',
      ],
      {},
      { declaredOutputs: { version: string, notes: string, count: { type: 'integer' } } },
    );
    expect(outputs).toMatchObject({ version: '1.4=2', notes: 'one\n\ntwo', count: 3 });
    expect(ctx.log.text('stdout')).toBe('no line end');
  });

  it('refuses more than 1 MiB of outputs', async () => {
    const { error } = await run(
      ['(printf a=; head -c 1100000 /dev/zero | tr "\\0" x) > "$CICD_OUTPUT"'],
      {},
      { declaredOutputs: { a: string } },
    );
    expect(error).toMatchObject({ code: 'step.output_invalid' });
  });

  it('lets a command use its grace after a cancel, and reports the cancel', async () => {
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    const cancelling = runShellExec(
      (process) =>
        localShell(shell)({
          ...process,
          stdout(content) {
            process.stdout(content);
            if (content.toString().includes('ready')) cancel.abort(reason);
          },
        }),
      {
        shell: shell,
        commands: [
          'sh -c \'trap "sleep 0.2; echo cleaned up; exit 0" TERM; echo ready; while :; do sleep 0.1; done\'',
          'echo next',
        ],
      },
      { signal: cancel.signal },
    );
    const { ctx, error } = await cancelling;
    expect(error).toBe(reason);
    expect(ctx.log.text('stdout')).toBe('ready\ncleaned up\n');
  });
});

describe('step.shell_exec with bash', () => {
  it('fails in the midst of a pipe', async () => {
    const { error } = await runShellExec(localShell('bash'), { shell: 'bash', commands: ['false | cat'] });
    expect(error).toMatchObject({ code: 'step.command_failed' });
  });
});
