import type { Process, ProcessConfig, Sandbox } from '@cicd/plugin';

let steps = 0;

/** Creates a shell process of a step of its own. */
export function createShell(sandbox: Sandbox, script: string, more: Partial<ProcessConfig> = {}): Promise<Process> {
  steps += 1;
  return sandbox.create({
    key: { step: `shell-${steps}`, attempt: 1 },
    image: 'busybox:latest',
    command: ['sh', '-c', script],
    workspace: sandbox.workspace,
    ...more,
  });
}

export async function textOf(process: Process): Promise<string> {
  let text = '';
  for await (const { data } of process.output()) text += Buffer.from(data).toString();
  return text;
}

/** Reads until the text is there. */
export async function untilWritten(process: Process, wanted: string): Promise<string> {
  let text = '';
  for await (const { data } of process.output()) {
    text += Buffer.from(data).toString();
    if (text.includes(wanted)) break;
  }
  return text;
}

/** Runs a shell script to its end, and removes it. */
export async function runShell(
  sandbox: Sandbox,
  script: string,
  more: Partial<ProcessConfig> = {},
): Promise<{ text: string; exitCode: number }> {
  const process = await createShell(sandbox, script, more);
  await process.start();
  const text = await textOf(process);
  const { exitCode } = await process.wait();
  await process.remove();
  return { text, exitCode };
}
