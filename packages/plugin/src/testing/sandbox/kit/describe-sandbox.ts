import { randomUUID } from 'node:crypto';
import type { KitRunner } from '../../kit-runner.ts';
import { capabilityCases } from './capability-cases.ts';
import { instanceCases } from './instance-cases.ts';
import { KitBench, type SandboxKitSubject } from './kit-bench.ts';
import { processCases } from './process-cases.ts';
import { serviceCases } from './service-cases.ts';
import { terminalCases } from './terminal-cases.ts';
import { workspaceCases } from './workspace-cases.ts';

/** Milliseconds a case may take: an engine under load is slow, not wrong. */
const patience = 60_000;

/**
 * The conformance kit of `SandboxDriver`: every driver passes it, and so does every fake (which plays `kitProgram` and `kitTerminal`).
 *
 * ```ts
 * describeSandbox('docker', { describe, it, beforeAll, afterAll }, { driver: (instance) => createDockerDriver({ instance }) });
 * ```
 */
export function describeSandbox(name: string, runner: KitRunner, subject: SandboxKitSubject): void {
  const {
    image = 'busybox:latest',
    missingImage = 'localhost:1/cicd/none:1',
    bigOutput = 8 * 2 ** 20,
    tellsOutOfMemory = true,
  } = subject;
  const patient: KitRunner = { ...runner, it: (title, body, timeout = patience) => runner.it(title, body, timeout) };
  runner.describe(`the ${name} sandbox`, () => {
    let open: KitBench | undefined;
    const bench = (): KitBench => {
      if (open === undefined) throw new Error('the sandbox of the kit was not opened');
      return open;
    };
    runner.beforeAll(async () => {
      const driver = await subject.driver(`kit-${randomUUID().slice(0, 8)}`);
      open = new KitBench(driver, await driver.open('run'), image);
    }, patience);
    runner.afterAll(async () => {
      await open?.sandbox.close();
      await open?.driver.close();
    }, patience);

    runner.describe('process', () => processCases(patient, bench, bigOutput));
    runner.describe('workspace', () => workspaceCases(patient, bench));
    runner.describe('capabilities', () => capabilityCases(patient, bench, { missingImage, tellsOutOfMemory }));
    runner.describe('terminal', () => terminalCases(patient, bench));
    runner.describe('services', () => serviceCases(patient, bench, subject));
    runner.describe('instance', () => instanceCases(patient, subject, image));
  });
}
