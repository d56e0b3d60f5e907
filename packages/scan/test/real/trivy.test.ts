import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { createMemoryArtifactStore } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { scanContainer, type ScanResult } from '../../src/index.ts';
import { realSandboxes } from '../support/real-sandbox.ts';
import { archiveOf, runStep, storedText } from '../support/run-step.ts';

const patience = 300_000;

describeWith(
  ['engine', 'busybox', 'debian', 'trivy'],
  'Trivy in its container',
  ({ engine, busybox, debian, trivy }) => {
    const open = realSandboxes(engine.socketPath);
    const knowledge = {
      get: (name: string) =>
        Promise.resolve({
          name,
          version: 'sha256:small',
          updatedAt: '2026-01-01T00:00:00Z',
          archive: async () => archiveOf(database()),
        }),
    };
    const database = () =>
      Object.fromEntries(
        readdirSync(path.join(trivy.database, 'db')).map((file) => [
          `db/${file}`,
          readFileSync(path.join(trivy.database, 'db', file)),
        ]),
      );

    const scan = async (image: Readable, config: object = {}) => {
      const artifacts = createMemoryArtifactStore();
      await artifacts.put('run-1', 'image.tar', image);
      const options = { ...(await open()), files: {}, artifacts, knowledge };
      return runStep(scanContainer, { scanner_image: trivy.image, archive: 'image.tar', ...config }, options);
    };
    const saved = (image: string): Readable => {
      const child = spawn('docker', ['--host', engine.dockerHost, 'save', image], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return child.stdout;
    };

    it(
      'finds the known weaknesses of an image, each with its fix',
      async () => {
        const { ctx, error } = await scan(saved(debian.image));
        expect(error).toMatchObject({ code: 'scan.gate_failed' });
        const { findings } = JSON.parse(await storedText(ctx, 'scan.sarif.findings.json')) as ScanResult;
        expect(
          findings.map((each) => [each.package, each.cve, each.severity, each.fixed_version, each.location]),
        ).toEqual(
          expect.arrayContaining([
            ['bash', 'CVE-2099-0002', 'high', undefined, ''],
            ['coreutils', 'CVE-2099-0003', 'low', '99.0-1', ''],
          ]),
        );
      },
      patience,
    );

    it(
      'takes the image from the engine, whose socket it never sees',
      async () => {
        const options = { ...(await open()), files: {}, knowledge };
        const config = { scanner_image: trivy.image, image: debian.image };
        const { error } = await runStep(scanContainer, config, options);
        expect(error).toMatchObject({ code: 'scan.gate_failed' });
        const unknown = { scanner_image: trivy.image, image: 'localhost:1/cicd/none:1' };
        const missing = await runStep(scanContainer, unknown, { ...options, ...(await open()) });
        expect(missing.error).toMatchObject({ code: 'sandbox.image_missing' });
      },
      patience,
    );

    it(
      'lets pass what has no fix, when asked',
      async () => {
        const config = {
          ignore_unfixed: true,
          ignore: [{ cve: 'CVE-2099-0001', reason: 'a fixture', expires: '2999-01-01' }],
        };
        const { outputs, error } = await scan(saved(debian.image), config);
        expect(error).toBeUndefined();
        expect(outputs).toMatchObject({ passed: true, summary: { high: 0, low: 1 } });
      },
      patience,
    );

    it(
      'is not taken for a clean scan of what it cannot look into',
      async () => {
        expect((await scan(Readable.from([Buffer.from('no image')]))).error).toMatchObject({
          code: 'scan.scanner_failed',
        });
        expect((await scan(saved(busybox.image))).error).toMatchObject({ code: 'scan.nothing_scanned' });
      },
      patience,
    );
  },
);
