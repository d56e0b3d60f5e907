import type { Task } from './commands/task.ts';

/** The fast checks: everything that needs no engine, no build and no network. The slowest come first. */
export const checks: readonly Task[] = [
  { name: 'types', command: ['turbo', 'run', 'typecheck', '--output-logs=errors-only', '--continue'] },
  { name: 'types of tools and benchmarks', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'lint', command: ['oxlint', '--type-aware', 'packages', 'apps', 'testbed', 'bench', 'chaos', 'tools'] },
  { name: 'format', command: ['prettier', '--check', '--cache', '--log-level=warn', '.'] },
  { name: 'layers', command: ['depcruise', 'packages', 'apps', '--config', '.dependency-cruiser.mjs'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
  { name: 'generated files', command: [process.execPath, '--conditions=@cicd/source', 'tools/generate.ts', '--check'] },
  { name: 'examples of the READMEs', command: [process.execPath, 'tools/readme-examples.ts'] },
  { name: 'changesets', command: ['changeset', 'status'] },
];
