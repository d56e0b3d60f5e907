import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

let problems = 0;
const files = ['src', 'bin', 'scripts', 'test'].flatMap((folder) =>
  readdirSync(folder).map((name) => path.join(folder, name)),
);

for (const file of files) {
  execFileSync(process.execPath, ['--check', file]);
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      if (!/\s$|\t/.test(line)) return;
      console.error(`${file}:${index + 1}: a tab, or a space at the end of the line`);
      problems += 1;
    });
}
console.log(`${problems} problems`);
process.exitCode = problems ? 1 : 0;
