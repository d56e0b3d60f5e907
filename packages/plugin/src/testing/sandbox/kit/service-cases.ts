import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ServiceConfig } from '../../../sandbox/service.ts';
import { CicdError } from '../../../errors/cicd-error.ts';
import type { KitRunner } from '../../kit-runner.ts';
import { KitBench, rejectsWith, textOf, untilWritten, type SandboxKitSubject } from './kit-bench.ts';
import { kitCommand } from './kit-programs.ts';

/** Containers beside a process, or the refusal of them. */
export function serviceCases({ it }: KitRunner, bench: () => KitBench, subject: SandboxKitSubject): void {
  const service = (more: Partial<ServiceConfig> = {}): ServiceConfig => ({
    name: 'greeter',
    image: bench().image,
    command: kitCommand('serve'),
    env: { GREETING: 'hello' },
    ready: { port: 8080, timeout: 60_000 },
    ...more,
  });
  const claimed = (title: string, holds: () => Promise<void>): void => {
    it(`${title}, or refuses services`, async () => {
      if (bench().driver.capabilities.services) return holds();
      await rejectsWith(bench().create('nothing', [], { services: [service()] }), 'sandbox.unsupported');
    });
  };

  claimed('lets a process reach its services by name, once they are ready by each kind of check', async () => {
    const checks = [{ port: 8080 }, { log: 'serving hello' }, { command: kitCommand('isServing') }];
    for (const check of checks) {
      const services = [service({ ready: { ...check, timeout: 60_000 } }), service({ name: 'another' })];
      const process = await bench().start('ask', ['greeter'], { services });
      assert.equal((await textOf(process.output())).all, 'hello\n');
      assert.equal((await process.wait()).exitCode, 0);
      assert.deepEqual(
        (await process.serviceOutput()).map(({ name, text }) => [name, text.split('\n')[0]]),
        [
          ['another', 'serving hello'],
          ['greeter', 'serving hello'],
        ],
      );
      await process.remove();
    }
  });

  claimed('lets a process without other network reach its services', async () => {
    if (!bench().driver.capabilities.networkModes) return;
    const { text } = await bench().run('ask', ['greeter'], { services: [service()], networkMode: 'none' });
    assert.equal(text, 'hello\n');
  });

  claimed('says what a service wrote that ended before it was ready', async () => {
    const failing = service({ command: kitCommand('speak'), ready: { port: 8080, timeout: 60_000 } });
    const process = await bench().create('ask', ['greeter'], { services: [service({ name: 'good' }), failing] });
    const error = await process.start().then(
      () => assert.fail('it started'),
      (reason: unknown) => reason,
    );
    assert.ok(CicdError.isInstance(error), String(error));
    assert.equal(error.code, 'sandbox.service_failed');
    assert.deepEqual([error.details['service'], error.details['exit_code']], ['greeter', 3]);
    assert.match(error.message, /exit code 3.*\n?[^]*three/);
    assert.equal(await process.state(), 'created');
    await process.remove();
  });

  claimed('does not wait for a service longer than its timeout', async () => {
    for (const check of [{ port: 8081 }, { log: 'good bye' }, { command: kitCommand('speak') }]) {
      const services = [service({ ready: { ...check, timeout: 500 } })];
      const process = await bench().create('ask', ['greeter'], { services });
      await rejectsWith(process.start(), 'sandbox.service_not_ready');
      await process.remove();
    }
  });

  claimed('stops a process whose service has ended, and says so again and again', async () => {
    const services = [service({ command: kitCommand('serve', 'once'), ready: { log: 'serving', timeout: 60_000 } })];
    const process = await bench().start('ask', ['greeter', 'and stay'], { services });
    await rejectsWith(process.wait(), 'sandbox.service_failed');
    await rejectsWith(process.wait(), 'sandbox.service_failed');
    assert.equal(await process.state(), 'exited');
    assert.match((await process.serviceOutput())[0]?.text ?? '', /enough/);
    await process.remove();
  });

  claimed('keeps services for a second life of the instance, and leaves nothing of them', async () => {
    const instance = `kit-${randomUUID().slice(0, 8)}`;
    const first = await subject.driver(instance);
    const before = new KitBench(first, await first.open('run-1'), bench().image);
    const process = await before.start('ask', ['greeter', 'and stay'], { services: [service()] });
    await untilWritten(process, 'hello\n');
    await first.close();
    const second = await subject.driver(instance);
    const sandbox = await second.open('run-1');
    const found = await sandbox.attach(process.key);
    assert.equal(await found?.state(), 'running');
    assert.match((await found!.serviceOutput())[0]?.text ?? '', /^serving hello\n/);
    await found?.remove();
    // The same key again: nothing of the first is in its way.
    const again = await sandbox.create({
      ...before.config(kitCommand('ask', 'greeter')),
      key: process.key,
      services: [service()],
    });
    await rejectsWith(
      sandbox.create({ ...before.config(['true']), key: process.key, services: [service()] }),
      'sandbox.name_taken',
    );
    await again.start();
    assert.equal((await textOf(again.output())).all, 'hello\n');
    await sandbox.close();
    assert.deepEqual(await second.runs(), []);
    await second.close();
  });
}
