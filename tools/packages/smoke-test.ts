// node smoke-test.ts TARBALLS.json PACKAGE: installs one packed package into an empty project, then imports and
// requires every entry, and runs every command with --version.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../commands/run.ts';
import { publishedPackages } from './workspace-packages.ts';

const [listFile = '', name = ''] = process.argv.slice(2);
const tarballs = JSON.parse(fs.readFileSync(listFile, 'utf8')) as Record<string, string>;
const tested = publishedPackages().find((each) => each.name === name);
if (!tested) throw new Error(`no package ${name}`);

const project = fs.mkdtempSync(path.join(os.tmpdir(), 'cicd-smoke-'));
const overrides = Object.fromEntries(Object.entries(tarballs).map(([key, file]) => [key, `file:${file}`]));
const manifest = { name: 'empty', private: true, dependencies: { [name]: overrides[name] } };
fs.writeFileSync(path.join(project, 'package.json'), JSON.stringify(manifest));
const noScripts = { allowBuilds: { 'better-sqlite3': false, 'cpu-features': false, ssh2: false, protobufjs: false } };
fs.writeFileSync(path.join(project, 'pnpm-workspace.yaml'), JSON.stringify({ overrides, ...noScripts }));

async function must(command: string, args: readonly string[]): Promise<void> {
  const result = await run(command, args, { cwd: project });
  if (result.code !== 0) throw new Error(`${command} ${args.join(' ')}\n${result.output}`);
}

try {
  await must('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile']);
  for (const entry of tested.entries) {
    const specifier = JSON.stringify(path.posix.join(name, entry));
    const check = (loaded: string) => `if (Object.keys(${loaded}).length === 0) throw new Error('exports nothing')`;
    await must(process.execPath, ['--input-type=module', '-e', `const m = await import(${specifier}); ${check('m')}`]);
    await must(process.execPath, ['--input-type=commonjs', '-e', `const m = require(${specifier}); ${check('m')}`]);
  }
  for (const command of tested.commands) await must('pnpm', ['exec', command, '--version']);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  fs.rmSync(project, { recursive: true, force: true });
}
