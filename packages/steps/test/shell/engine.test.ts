import { describe, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { engineShell } from '../support/engine-shell.ts';
import { runShellExec } from '../support/run-shell-exec.ts';

describeWith(['engine', 'busybox', 'debian'], 'step.shell_exec in containers', ({ engine, busybox, debian }) => {
  const images = [
    [busybox.image, 'sh'],
    [debian.image, 'sh'],
    [debian.image, 'bash'],
  ] as const;
  const string = { type: 'string' };

  describe.each(images)('of %s with %s', (image, shell) => {
    const run = (
      config: object,
      options: Parameters<typeof runShellExec>[2] = {},
      inspected?: (configuration: string) => void,
    ) => runShellExec(engineShell(engine.dockerHost, inspected), { image, shell, ...config }, options);

    it('delivers everything by standard input, and nothing by the configuration', async () => {
      let configuration = '';
      const { ctx, outputs, error } = await run(
        {
          commands: ['cd /tmp; export B="$A"', 'echo "$PWD $B $C"; cat "$KEY"; echo "k=v" >> "$CICD_OUTPUT"'],
          env: { A: `it's "canary-1"` },
          secret_files: { KEY: 'canary-2' },
        },
        { env: { C: 'canary-3' }, declaredOutputs: { k: string } },
        (text) => (configuration = text),
      );
      expect(error).toBeUndefined();
      expect(outputs).toMatchObject({ exit_code: 0, k: 'v' });
      expect(ctx.log.sections[1]?.text).toBe(`/tmp it's "canary-1" canary-3\ncanary-2`);
      expect(configuration).toContain('CICD_RUNTIME_DIR');
      expect(configuration).not.toContain('canary');
    }, 20_000);

    it('works for a user without rights', async () => {
      const { ctx, error } = await run({
        commands: ['id -u; cat "$KEY"'],
        user: '12345:12345',
        secret_files: { KEY: 'secret' },
      });
      expect(error).toBeUndefined();
      expect(ctx.log.text('stdout')).toBe('12345\nsecret');
    }, 20_000);

    it('names the command that fails', async () => {
      const { error } = await run({ commands: ['true', 'no-such-program'] });
      expect(error).toMatchObject({ code: 'step.command_failed', details: { exit_code: 127, position: 2 } });
    }, 20_000);

    it('says when memory ran out', async () => {
      const { error } = await run({
        commands: ['head -c 200000000 /dev/zero | tail -c 150000000 | wc -c; exit 9'],
        memory_limit: '16MiB',
      });
      expect(error).toMatchObject({ code: 'step.out_of_memory' });
    }, 20_000);

    it('lets a command clean up when it is cancelled', async () => {
      const cancel = new AbortController();
      const reason = new Error('cancelled');
      const program = engineShell(engine.dockerHost);
      const { ctx, error } = await runShellExec(
        (process) =>
          program({
            ...process,
            stdout(content) {
              process.stdout(content);
              if (content.toString().includes('ready')) cancel.abort(reason);
            },
          }),
        {
          image,
          shell,
          commands: [`sh -c 'trap "echo cleaned up; exit 0" TERM; echo ready; while :; do sleep 0.1; done'`],
        },
        { signal: cancel.signal },
      );
      expect(error).toBe(reason);
      expect(ctx.log.text('stdout')).toBe('ready\ncleaned up\n');
    }, 20_000);
  });

  it('an image without bash says so', async () => {
    const { error } = await runShellExec(engineShell(engine.dockerHost), {
      image: busybox.image,
      shell: 'bash',
      commands: ['true'],
    });
    expect(error).toMatchObject({ code: 'step.shell_unusable' });
  }, 20_000);
});
