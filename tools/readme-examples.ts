// Runs the TypeScript examples of every package's README, as its readers would.
import fs from 'node:fs';
import path from 'node:path';
import { run } from './commands/run.ts';
import { publishedPackages } from './packages/workspace-packages.ts';

for (const { name, folder } of publishedPackages()) {
  const page = fs.readFileSync(path.join(folder, 'README.md'), 'utf8');
  for (const [, example = ''] of page.matchAll(/^```ts\n([^]*?)^```$/gm)) {
    const scratch = fs.mkdtempSync(path.join(folder, '.example-'));
    const file = path.join(scratch, 'example.ts');
    fs.writeFileSync(file, example);
    const result = await run(process.execPath, ['--conditions=@cicd/source', file], { cwd: scratch });
    fs.rmSync(scratch, { recursive: true, force: true });
    if (result.code === 0) continue;
    console.error(`the example of ${name} fails:\n${result.output}`);
    process.exitCode = 1;
  }
}
