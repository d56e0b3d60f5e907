import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { scene, type RunningCommand, type Scene } from './command-line.ts';

/** A scene in which a step can be held for as long as the test wants. */
export interface HeldScene extends Scene {
  /** The folder around the project and the data folder. */
  readonly root: string;
  /** Shell commands that say `under way`, wait until they are let go, and say the word they were given. */
  readonly hold: string;
  /** Lets one step go that is held; blocks until there is one. */
  letGo(word?: string): void;
  /** Runs that have something in the process sandbox. */
  left(): string[];
}

export function heldScene(files: (held: HeldScene) => Readonly<Record<string, string>>): HeldScene {
  const empty = scene({});
  const root = path.dirname(empty.folder);
  const pipe = path.join(root, 'pipe');
  const processes = path.join(empty.dataFolder, 'processes');
  execFileSync('mkfifo', [pipe]);
  const held: HeldScene = {
    ...empty,
    root,
    hold: `echo under way; read word < ${pipe}; echo "$word"`,
    letGo: (word = 'go') => appendFileSync(pipe, `${word}\n`),
    left: () => readdirSync(processes).flatMap((instance) => readdirSync(path.join(processes, instance))),
  };
  empty.write(files(held));
  return held;
}

/** Ends a command as a crash does, and waits until it is gone. */
export async function crash({ child }: RunningCommand): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}
