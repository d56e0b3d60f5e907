import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import type { ImageDetails } from '@cicd/plugin';
import { createFakeImages, createManualClock, createMemoryArtifactStore, type FakeProgram } from '@cicd/plugin/testing';
import { scanContainer, scanDeps } from '../../src/index.ts';
import { reportOf } from '../support/report.ts';
import { configOf, knowledgeOf, runStep } from '../support/run-step.ts';

const knowledge = knowledgeOf({ trivy: { 'db/trivy.db': 'db' }, grype: { '6/vulnerability.db': 'db' } });
const empty = (name: string) =>
  JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name, rules: [] } }, results: [] }] });

describe('step.scan_container', () => {
  const system = 'INFO\tDetected OS\tfamily="debian" version="12.15"\nINFO\tNumber of language-specific files\tnum=0\n';
  const trivy =
    (report: Uint8Array | string, said = system): FakeProgram =>
    ({ stdout, stderr }) => {
      stdout(report);
      stderr(said);
    };
  const storeWith = async (image = 'an image') => {
    const artifacts = createMemoryArtifactStore();
    await artifacts.put('run-1', 'image.tar', Readable.from([Buffer.from(image)]));
    return artifacts;
  };
  const config = { archive: 'image.tar' };
  const run = async (program: FakeProgram, more: object = {}) =>
    runStep(scanContainer, { ...config, ...more }, { program, knowledge, artifacts: await storeWith() });

  it('brings image and database to a scanner that is shut in', async () => {
    const { outputs } = await run((process) => {
      expect(process.config).toMatchObject({ profile: 'strict', networkMode: 'none', workspaceAccess: 'read' });
      expect(process.inputs?.text('image.tar')).toBe('an image');
      expect(process.inputs?.text('trivy/db/trivy.db')).toBe('db');
      return trivy(empty('Trivy'))(process);
    });
    expect(outputs).toMatchObject({ passed: true, findings_count: 0 });
  });

  it('brings an image of the engine, read twice by its id', async () => {
    const exported: string[] = [];
    const images = {
      ...createFakeImages(),
      inspect: async () => ({ id: 'sha256:1' }) as ImageDetails,
      export: async (image: string) => {
        exported.push(image);
        return Readable.from([Buffer.from('an '), Buffer.from('image')]);
      },
    };
    let read: string | undefined;
    const program: FakeProgram = (process) => {
      read = process.inputs?.text('image.tar');
      return trivy(empty('Trivy'))(process);
    };
    const { error } = await runStep(scanContainer, { image: 'shop:1' }, { program, knowledge, images });
    expect(error).toBeUndefined();
    expect(read).toBe('an image');
    expect(exported).toEqual(['sha256:1', 'sha256:1']);
  });

  it('refuses a database that is older than it may be', async () => {
    const now = Date.parse('2026-01-03T00:00:00Z');
    const old = { clock: createManualClock(now), knowledge, artifacts: await storeWith() };
    expect((await runStep(scanContainer, { ...config, max_age: '24h' }, old)).error).toMatchObject({
      code: 'scan.knowledge_outdated',
    });
    const { outputs } = await runStep(
      scanContainer,
      { ...config, max_age: '48h' },
      { ...old, program: trivy(empty('Trivy')) },
    );
    expect(outputs).toMatchObject({ passed: true });
  });

  it('says which package to update', async () => {
    const { error } = await run(trivy(reportOf('trivy-0.76.0.sarif')), { ignore_unfixed: true });
    expect(error).toMatchObject({ code: 'scan.gate_failed', hint: 'Update minimist to 1.2.6.' });
  });

  it.each(['', 'Detected OS\tfamily="none"\nNumber of language-specific files\tnum=0\n'])(
    'takes %j for nothing scanned',
    async (said) => {
      expect((await run(trivy(empty('Trivy'), said))).error).toMatchObject({ code: 'scan.nothing_scanned' });
    },
  );

  it('takes packages without a system for something', async () => {
    const said = 'Detected OS\tfamily="none"\nNumber of language-specific files\tnum=2\n';
    expect((await run(trivy(empty('Trivy'), said))).outputs).toMatchObject({ passed: true });
  });

  it('fails without its database, and without the image', async () => {
    const artifacts = await storeWith();
    expect((await runStep(scanContainer, config, { artifacts })).error).toMatchObject({
      code: 'scan.knowledge_missing',
    });
    expect((await runStep(scanContainer, config, { knowledge })).error).toMatchObject({ code: 'artifact.not_found' });
  });

  it.each([{}, { image: 'a', archive: 'b' }])('is of one image: %j', (target) => {
    expect(scanContainer.check?.(configOf(scanContainer.config, target))).toMatchObject([{ path: 'image' }]);
  });
});

describe('step.scan_deps', () => {
  it('brings settings and database to a scanner that is shut in', async () => {
    const program: FakeProgram = (process) => {
      expect(process.config).toMatchObject({ profile: 'strict', networkMode: 'none', workspaceAccess: 'read' });
      expect(JSON.parse(process.inputs?.text('grype.yaml') ?? '')).toMatchObject({
        db: { 'auto-update': false, 'cache-dir': '/inputs/grype' },
      });
      process.stdout(reportOf('grype-0.121.2.sarif'));
    };
    const { error } = await runStep(scanDeps, {}, { program, knowledge });
    expect(error).toMatchObject({
      code: 'scan.gate_failed',
      message: expect.stringContaining('minimist@1.2.5 in package-lock.json'),
      hint: 'Update minimist to 1.2.6.',
    });
  });

  it('fails without its database', async () => {
    expect((await runStep(scanDeps, {})).error).toMatchObject({ code: 'scan.knowledge_missing' });
  });
});
