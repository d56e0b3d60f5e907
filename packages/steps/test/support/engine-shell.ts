import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { FakeProgram } from '@cicd/plugin/testing';

const run = promisify(execFile);

/**
 * A program that runs the step's command line in a container of a real engine, hardened as a sandbox does it: memory
 * for the runtime folder, dropped capabilities, an init that hands SIGTERM to the process group.
 */
export function engineShell(
  dockerHost: string,
  inspected: (configuration: string) => void = () => undefined,
): FakeProgram {
  const docker = (...parameters: readonly string[]) => run('docker', ['--host', dockerHost, ...parameters]);
  return async ({ config, input, stdout, stderr, signal }) => {
    const name = `cicd-steps-test-${randomUUID()}`;
    const hardening = [
      '--cap-drop',
      'ALL',
      '--security-opt',
      'no-new-privileges',
      '--network',
      'none',
      '--tmpfs',
      '/run/cicd:mode=0777,noexec',
    ];
    const variables = ['CICD_RUNTIME_DIR=/run/cicd', 'TINI_KILL_PROCESS_GROUP=1'].flatMap((variable) => [
      '--env',
      variable,
    ]);
    const limits =
      config.memoryLimit === undefined
        ? []
        : ['--memory', String(config.memoryLimit), '--memory-swap', String(config.memoryLimit)];
    const user = config.user === undefined ? [] : ['--user', config.user];
    const place = ['--workdir', config.workDir ?? '/workspace'];
    try {
      await docker(
        'create',
        '--interactive',
        '--init',
        '--name',
        name,
        ...hardening,
        ...variables,
        ...limits,
        ...user,
        ...place,
        config.image,
        ...config.command,
      );
      inspected((await docker('inspect', name)).stdout);
      const child = spawn('docker', ['--host', dockerHost, 'start', '--attach', '--interactive', name]);
      child.stdout.on('data', stdout);
      child.stderr.on('data', stderr);
      const stopped = new Promise<void>((resolve, reject) => {
        signal.addEventListener(
          'abort',
          () => void docker('stop', '--time', '10', name).then(() => resolve(), reject),
          { once: true },
        );
        child.once('close', () => signal.aborted || resolve());
      });
      child.stdin.end(input);
      await new Promise((resolve) => child.once('close', resolve));
      await stopped;
      const [exitCode, outOfMemory] = (
        await docker('inspect', '--format', '{{.State.ExitCode}} {{.State.OOMKilled}}', name)
      ).stdout
        .trim()
        .split(' ');
      return { exitCode: Number(exitCode), outOfMemory: outOfMemory === 'true' };
    } finally {
      await docker('rm', '--force', '--volumes', name);
    }
  };
}
