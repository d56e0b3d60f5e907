import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../commands/run.ts';
import type { Task } from '../commands/task.ts';
import { publishedPackages, type WorkspacePackage } from './workspace-packages.ts';

const smokeTest = path.join(import.meta.dirname, 'smoke-test.ts');
const bundleTest = path.join(import.meta.dirname, 'bundle-test.ts');

async function pack(workspacePackage: WorkspacePackage, folder: string): Promise<string> {
  const packed = await run('pnpm', ['pack', '--pack-destination', folder, '--json'], { cwd: workspacePackage.folder });
  if (packed.code !== 0) throw new Error(`packing ${workspacePackage.name} failed:\n${packed.output}`);
  const name = `${workspacePackage.name.replace('@', '').replace('/', '-')}-`;
  const file = fs.readdirSync(folder).find((entry) => entry.startsWith(name) && entry.endsWith('.tgz'));
  if (!file) throw new Error(`packing ${workspacePackage.name} left no tarball:\n${packed.output}`);
  return path.join(folder, file);
}

/**
 * Builds and packs every package, and returns the checks of the tarballs: publint, the types as a consumer sees
 * them, and an installation into an empty project that is imported and required.
 */
export async function checkPackages(): Promise<Task[]> {
  const built = await run('turbo', ['run', 'build', '--output-logs=errors-only']);
  if (built.code !== 0) return [{ name: 'build', command: ['sh', '-c', 'printf "%s\n" "$0"; exit 1', built.output] }];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cicd-packages-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const packages = publishedPackages();
  const tarballs: Record<string, string> = {};
  for (const each of packages) tarballs[each.name] = await pack(each, folder);
  const tarballList = path.join(folder, 'tarballs.json');
  fs.writeFileSync(tarballList, JSON.stringify(tarballs));
  const bundle: Task = { name: '@cicd/cli: bundled, with a new engine', command: [process.execPath, bundleTest] };
  return [
    bundle,
    ...packages.flatMap((each): Task[] => {
      const tarball = tarballs[each.name] ?? '';
      return [
        { name: `${each.name}: publint`, command: ['publint', '--strict', tarball] },
        ...(each.entries.length
          ? [
              {
                name: `${each.name}: types`,
                command: ['attw', tarball, '--profile', 'esm-only', '--no-emoji'],
              } satisfies Task,
            ]
          : []),
        { name: `${each.name}: installed alone`, command: [process.execPath, smokeTest, tarballList, each.name] },
      ];
    }),
  ];
}
