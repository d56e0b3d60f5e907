import * as nodeModule from 'node:module';
import os from 'node:os';
import path from 'node:path';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(`cicd: needs Node 22.22 or newer, and this is ${process.version} (${process.execPath})\n`);
  process.exit(2);
}

// Compiled code is kept between calls, in the user's own cache: a command starts in half the time. By its namespace,
// because older versions have no such export, and would fail before they are told.
nodeModule.enableCompileCache(
  path.join(process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'), 'cicd', 'compiled'),
);

const { program } = await import('./program.ts');
await program().parseAsync();
