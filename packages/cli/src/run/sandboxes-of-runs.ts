import { styleText } from 'node:util';
import { chooseSandbox, type ChosenSandbox } from '@cicd/platform/local';
import type { SandboxDriver } from '@cicd/plugin';
import type { Launch } from './launch.ts';

/** The sandboxes that runs began with, each opened once. */
export interface SandboxesOfRuns {
  /** Opens the sandbox of a launch, and returns its name for `driver`. Errors: `sandbox.unavailable`. */
  open(launch: Launch): Promise<string>;
  /** All that were opened. */
  drivers(): Iterable<SandboxDriver>;
  /** An opened one. */
  driver(name: string | undefined): SandboxDriver;
  close(): Promise<void>;
}

export function openSandboxesOfRuns(dataFolder: string): SandboxesOfRuns {
  const opening = new Map<string, Promise<ChosenSandbox>>();
  const drivers = new Map<string, SandboxDriver>();
  return {
    async open({ sandbox, network }) {
      const name = `${sandbox} ${network}`;
      let chosen = opening.get(name);
      if (!chosen) {
        chosen = chooseSandbox(sandbox, { dataFolder, env: process.env, privateNetwork: network === 'private' });
        opening.set(name, chosen);
        const { warning } = await chosen;
        if (warning)
          process.stderr.write(`${styleText('yellow', 'warning', { stream: process.stderr })}: ${warning}\n`);
      }
      drivers.set(name, (await chosen).driver);
      return name;
    },
    drivers: () => drivers.values(),
    driver(name = '') {
      const driver = drivers.get(name);
      if (!driver) throw new TypeError(`the sandbox ${name} was not opened`);
      return driver;
    },
    async close() {
      await Promise.all([...drivers.values()].map((driver) => driver.close()));
    },
  };
}
