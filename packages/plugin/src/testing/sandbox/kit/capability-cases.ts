import assert from 'node:assert/strict';
import type { ProcessConfig } from '../../../sandbox/process.ts';
import type { SandboxCapabilities } from '../../../sandbox/sandbox.ts';
import type { KitRunner } from '../../kit-runner.ts';
import { rejectsWith, type KitBench, type SandboxKitSubject } from './kit-bench.ts';

/** CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID: the capability bits of the `build` profile. */
const buildCapabilities = '00000000000000fb';
const noCapability = '0000000000000000';

/** Every capability: what is claimed holds, what is not claimed is refused. */
export function capabilityCases(
  { it }: KitRunner,
  bench: () => KitBench,
  { missingImage, tellsOutOfMemory }: Required<Pick<SandboxKitSubject, 'missingImage' | 'tellsOutOfMemory'>>,
): void {
  const either = (
    name: string,
    capability: keyof SandboxCapabilities,
    refused: Partial<ProcessConfig>,
    holds: () => Promise<void>,
  ): void => {
    it(`${name}, or refuses to be asked`, async () => {
      if (bench().driver.capabilities[capability]) return holds();
      await rejectsWith(bench().create('nothing', [], refused), 'sandbox.unsupported');
    });
  };

  either('tells a process that was killed by its memory limit', 'limits', { memoryLimit: 2 ** 25 }, async () => {
    const { exitCode, outOfMemory } = await bench().run('memory', [], { memoryLimit: 2 ** 25 });
    assert.equal(exitCode, 137);
    if (tellsOutOfMemory) assert.equal(outOfMemory, true);
  });

  either('runs without a network', 'networkModes', { networkMode: 'none' }, async () => {
    assert.equal((await bench().run('network', [], { networkMode: 'none' })).text, '');
    assert.notEqual((await bench().run('network')).text, '');
  });

  either('lets different users share the workspace', 'users', { user: '1234' }, async () => {
    await bench().run('write', ['users.txt', 'by one'], { user: '1234:1234' });
    assert.equal((await bench().run('write', ['users.txt', 'by another'], { user: '4321' })).exitCode, 0);
    assert.equal((await bench().run('write', ['users.txt', 'by root'])).exitCode, 0);
    await bench().run('write', ['of-root.txt', 'root']);
    assert.equal((await bench().run('write', ['of-root.txt', 'by one'], { user: '1234' })).exitCode, 0);
    await bench().run('write', ['inside.txt', 'deep'], { user: '1234', workDir: '/workspace/of/users' });
    assert.equal((await bench().run('read', ['of/users/inside.txt'])).text, 'deep');
  });

  either('drops what the strict profile drops', 'users', { profile: 'strict' }, async () => {
    const build = (await bench().run('status')).text;
    assert.match(build, new RegExp(`CapEff:\\s*${buildCapabilities}`));
    assert.match(build, new RegExp(`CapBnd:\\s*${buildCapabilities}`));
    assert.match(build, /NoNewPrivs:\s*1[\s\S]*Seccomp:\s*2[\s\S]*writable/);
    const strict = (await bench().run('status', [], { profile: 'strict' })).text;
    assert.doesNotMatch(strict, /^0\n/);
    assert.match(strict, new RegExp(`CapEff:\\s*${noCapability}`));
    assert.match(strict, new RegExp(`CapBnd:\\s*${noCapability}`));
    assert.match(strict, /NoNewPrivs:\s*1[\s\S]*Seccomp:\s*2[\s\S]*readonly/);
    assert.equal((await bench().run('network', [], { profile: 'strict' })).text, '');
    assert.equal((await bench().run('write', ['strict.txt', 'x'], { profile: 'strict' })).exitCode, 0);
    assert.equal(
      (await bench().run('environment', [], { profile: 'strict', env: { GREETING: 'hi' } })).text,
      'hi|set|set|secret',
    );
  });

  it('hands variables to a program of an image, or refuses to', async () => {
    const launch = { env: { GREETING: 'a greeting' }, secretFiles: {}, workDir: '/' };
    if (!bench().driver.capabilities.images)
      return rejectsWith(bench().create('nothing', [], { launch }), 'sandbox.unsupported');
    assert.equal((await bench().run('nothing', [], { launch })).exitCode, 0);
  });

  it('says which image it could not get', async () => {
    if (!bench().driver.capabilities.images) return;
    await bench().sandbox.prepare(missingImage);
    await rejectsWith(bench().create('nothing', [], { image: missingImage }), 'sandbox.image_missing');
    await rejectsWith(bench().create('nothing', [], { image: missingImage, pull: 'never' }), 'sandbox.image_missing');
  });
}
