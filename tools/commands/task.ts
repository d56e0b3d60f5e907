import { run, type CommandOptions } from './run.ts';

/** One named check of the repository. */
export interface Task {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly options?: CommandOptions;
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

async function perform(task: Task): Promise<boolean> {
  const [command, ...args] = task.command;
  const result = await run(command, args, task.options);
  const passed = result.code === 0;
  console.log(`${passed ? '✓' : '✗'} ${task.name} (${seconds(result.milliseconds)})`);
  if (!passed) console.log(result.output);
  return passed;
}

/** Runs the tasks two at a time; shows the output of those that fail; returns how many passed and failed. */
export async function performAll(tasks: readonly Task[]): Promise<{ passed: number; failed: number }> {
  const waiting = [...tasks];
  let passed = 0;
  const worker = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) if (await perform(task)) passed += 1;
  };
  await Promise.all([worker(), worker()]);
  return { passed, failed: tasks.length - passed };
}
