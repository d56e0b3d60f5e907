// node bundle-test.ts: the bundled command runs the quickstart on the test bed's engine, which has never seen it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundledCommand } from '../command-line.ts';
import { repositoryRoot, run } from '../commands/run.ts';
import { testBedEngine } from '../test-bed-engine.ts';

const engine = testBedEngine();
if (engine === undefined) throw new Error('the test bed has no engine: npm run testbed -- up');
const env = { DOCKER_HOST: engine };
const data = fs.mkdtempSync(path.join(os.tmpdir(), 'cicd-bundle-'));

async function must(command: string, args: readonly string[]): Promise<string> {
  const result = await run(command, args, { cwd: path.join(repositoryRoot, 'examples/01-quickstart'), env });
  if (result.code !== 0) throw new Error(`${command} ${args.join(' ')}\n${result.output}`);
  return result.output;
}

try {
  // What the driver brings along must come with the bundle, too.
  const brought = (await must('docker', ['image', 'ls', '--quiet', 'cicd-pause'])).split('\n').filter(Boolean);
  if (brought.length > 0) await must('docker', ['image', 'rm', '--force', ...new Set(brought)]);
  await must(process.execPath, [bundledCommand, 'run', '--project', '.', '--data-dir', data]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  fs.rmSync(data, { recursive: true, force: true });
}
