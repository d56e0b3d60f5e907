// node tools/generate.ts [--check]: writes what is generated from the code, or says which of it is stale.
import fs from 'node:fs';
import path from 'node:path';
import * as prettier from 'prettier';
import { generatedFiles } from './generated/generated-files.ts';
import { repositoryRoot } from './commands/run.ts';

const checkOnly = process.argv.includes('--check');
const stale: string[] = [];

for (const [name, text] of generatedFiles()) {
  const file = path.join(repositoryRoot, name);
  const formatted = await prettier.format(text, { ...(await prettier.resolveConfig(file)), filepath: file });
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === formatted) continue;
  stale.push(name);
  if (checkOnly) continue;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, formatted);
}

if (checkOnly && stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}\nrun: npm run generate`);
  process.exitCode = 1;
} else if (stale.length > 0) {
  console.log(`written: ${stale.join(', ')}`);
}
