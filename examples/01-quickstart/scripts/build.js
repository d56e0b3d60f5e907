import { cpSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
for (const folder of ['src', 'bin']) cpSync(folder, `dist/${folder}`, { recursive: true });
console.log('built dist/');
