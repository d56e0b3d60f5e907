import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { requirePart } from '@cicd/testbed/require';

const bundledCommand = path.resolve(import.meta.dirname, '../../packages/cli/dist/cicd.js');

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, DOCKER_HOST: requirePart('engine').dockerHost };
}

/** Runs a program to its end and throws when it fails; returns its standard output. */
export function execute(program: string, args: readonly string[], cwd?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output).toString('utf8'));
      else
        reject(
          new Error(
            `${program} ${args.join(' ')} ended with ${code}:\n${Buffer.concat([...output, ...errors]).toString('utf8')}`,
          ),
        );
    });
  });
}

/** The client that belongs to the engine: `docker run` is the floor of most rows. */
export const dockerRun = (...command: string[]) => execute('docker', ['run', '--rm', 'busybox', ...command]);

/** A project of one pipeline file, and a data folder, for `cicd run` as a user types it. */
export function pipelineProject(yaml: string): {
  run(): Promise<string>;
  cicd(...args: string[]): Promise<string>;
  remove(): void;
} {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-bench-'));
  writeFileSync(path.join(folder, 'cicd.yaml'), yaml);
  const data = mkdtempSync(path.join(os.tmpdir(), 'cicd-bench-data-'));
  const cicd = (...args: string[]) => execute(process.execPath, [bundledCommand, ...args, '--data-dir', data], folder);
  return {
    cicd,
    run: () => cicd('run', '--sandbox', 'docker'),
    remove() {
      for (const each of [folder, data]) rmSync(each, { recursive: true, force: true });
    },
  };
}

/** A pipeline of shell steps in busybox: name → [needs, command]. Without needs a step follows the one before it. */
export function shellPipeline(steps: readonly { name: string; needs?: readonly string[]; command: string }[]): string {
  const lines = steps.map(
    ({ name, needs, command }) =>
      `  - { name: ${name}, ${needs ? `needs: [${needs.join(', ')}], ` : ''}type: step.shell_exec, config: { image: busybox, commands: [${JSON.stringify(command)}] } }`,
  );
  return `source: none\nsteps:\n${lines.join('\n')}\n`;
}
