import assert from 'node:assert/strict';
import type { ExitStatus, OutputChunk, Process, ProcessConfig } from '../../../sandbox/process.ts';
import type { Sandbox, SandboxDriver } from '../../../sandbox/sandbox.ts';
import { CicdError } from '../../../errors/cicd-error.ts';
import { kitCommand, type KitProgramName } from './kit-programs.ts';

/** What a kit needs to know of the driver it tries. */
export interface SandboxKitSubject {
  /** A driver of this instance; the same instance again is a second life of it. */
  driver(instance: string): SandboxDriver | Promise<SandboxDriver>;
  /** An image with a shell and the usual small programs. Default `busybox:latest`. */
  readonly image?: string;
  /** An image that cannot be had. Default `localhost:1/cicd/none:1`. */
  readonly missingImage?: string;
  /** Bytes of the big-output case. Default 8 MiB. */
  readonly bigOutput?: number;
  /** Whether the engine always tells that a process was killed by its memory limit. Default true. */
  readonly tellsOutOfMemory?: boolean;
}

/** Makes the processes of one run: keys count up, so that cases never meet. */
export class KitBench {
  readonly driver: SandboxDriver;
  readonly sandbox: Sandbox;
  readonly image: string;
  readonly #life: string;
  #steps = 0;

  /** `life` keeps the keys of a second driver of the same run apart. */
  constructor(driver: SandboxDriver, sandbox: Sandbox, image: string, life = 'case') {
    this.#life = life;
    this.driver = driver;
    this.sandbox = sandbox;
    this.image = image;
  }

  config(command: readonly [string, ...string[]], more: Partial<ProcessConfig> = {}): ProcessConfig {
    this.#steps += 1;
    return {
      key: { step: `${this.#life}-${this.#steps}`, attempt: 1 },
      image: this.image,
      command,
      workspace: this.sandbox.workspace,
      ...more,
    };
  }

  create(program: KitProgramName, words: readonly string[] = [], more: Partial<ProcessConfig> = {}): Promise<Process> {
    return this.sandbox.create(this.config(kitCommand(program, ...words), more));
  }

  async start(
    program: KitProgramName,
    words: readonly string[] = [],
    more: Partial<ProcessConfig> = {},
  ): Promise<Process> {
    const process = await this.create(program, words, more);
    await process.start();
    return process;
  }

  /** Runs a program to its end, and removes it. */
  async run(
    program: KitProgramName,
    words: readonly string[] = [],
    more: Partial<ProcessConfig> = {},
  ): Promise<ExitStatus & { text: string }> {
    const process = await this.start(program, words, more);
    const { stdout, stderr } = await textOf(process.output());
    const status = await process.wait();
    await process.remove();
    return { ...status, text: stdout + stderr };
  }
}

export async function textOf(
  output: AsyncIterable<OutputChunk>,
): Promise<{ stdout: string; stderr: string; all: string }> {
  const parts = { stdout: '', stderr: '', all: '' };
  for await (const { stream, data } of output) {
    const text = Buffer.from(data).toString('latin1');
    parts[stream] += text;
    parts.all += text;
  }
  return parts;
}

/** Reads until `wanted` was written. */
export async function untilWritten(process: Process, wanted: string): Promise<void> {
  let text = '';
  for await (const { data } of process.output()) {
    text += Buffer.from(data).toString('latin1');
    if (text.includes(wanted)) return;
  }
  assert.fail(`the process ended without writing ${JSON.stringify(wanted)}; it wrote ${JSON.stringify(text)}`);
}

export const rejectsWith = (promise: Promise<unknown>, code: string, what = ''): Promise<void> =>
  assert.rejects(
    promise,
    (error: unknown) => {
      assert.ok(CicdError.isInstance(error), `expected an error of the platform, got ${String(error)}`);
      assert.equal(error.code, code, `${what} ${error.message}`);
      return true;
    },
    what,
  );
