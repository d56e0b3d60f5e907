import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Readable } from 'node:stream';
import type { Sandbox } from '@cicd/plugin';
import { createStepContext } from '@cicd/plugin/testing';
import { createDockerDriver } from '@cicd/sandbox';
import { dockerBuild } from '@cicd/steps';
import { requirePart } from '@cicd/testbed/require';
import { median, milliseconds, type Benchmark } from './benchmark.ts';

const rounds = 7;
const dockerfile = 'FROM busybox\nCOPY . /app\nRUN ls /app >/listed\nRUN echo built\n';
const filesOfProject = 200;

/** The project as an archive. */
async function archiveOfProject(folder: string): Promise<Buffer> {
  writeFileSync(path.join(folder, 'Dockerfile'), dockerfile);
  for (let file = 0; file < filesOfProject; file++) writeFileSync(path.join(folder, `file-${file}.js`), `// ${file}\n`);
  const tar = await promisify(execFile)('tar', ['--create', '--directory', folder, '.'], {
    encoding: 'buffer',
    maxBuffer: 2 ** 26,
  });
  return tar.stdout;
}

/** A build of which everything was done before: the step beside the same archive sent to the engine by hand. */
export const images: Benchmark = {
  name: 'images',
  needsEngine: true,
  async run() {
    const { socketPath } = requirePart('engine');
    const folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-bench-images-'));
    const driver = createDockerDriver({ instance: `bench-${process.pid}`, address: socketPath });
    const sandbox: Sandbox = await driver.open('run');
    try {
      const archive = await archiveOfProject(folder);
      await sandbox.workspace.copyIn(Readable.from([archive]), '/workspace');
      const byHand = () => buildByHand(socketPath, archive);
      const byStep = async () => {
        const config = {
          context: '/workspace',
          dockerfile: 'Dockerfile',
          tags: [],
          pull: false,
          no_cache: false,
        };
        await dockerBuild.run(createStepContext({ config, sandbox, ...(driver.images && { images: driver.images }) }));
      };
      await byHand();
      await byStep();
      const [floors, times]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        floors.push(await milliseconds(byHand));
        times.push(await milliseconds(byStep));
      }
      const [floor, time] = [median(floors), median(times)];
      return [
        {
          what: `cached build of a project of ${filesOfProject} files, by the step`,
          measured: `${Math.round(time)} ms`,
          floor: `the same archive sent to the engine: ${Math.round(floor)} ms`,
          target: '≤ 250 ms over it',
          reached: time - floor <= 250,
        },
      ];
    } finally {
      await sandbox.close();
      await driver.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function buildByHand(socketPath: string, archive: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const headers = { 'content-type': 'application/x-tar', 'content-length': archive.length };
    const sent = request({ socketPath, method: 'POST', path: '/build?version=2', headers }, (answer) => {
      answer.once('end', resolve).once('error', reject).resume();
    });
    sent.once('error', reject).end(archive);
  });
}
