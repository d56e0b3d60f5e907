import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const toolchainFolder = path.join(repositoryRoot, '.toolchain');
export const onWindows = process.platform === 'win32';
export const programSuffix = onWindows ? '.exe' : '';

/** Everything goes to standard error: standard output belongs to the command that is run. */
export const say = (message) => process.stderr.write(`[bootstrap] ${message}\n`);

export function fail(message) {
  say(`error: ${message}`);
  process.exit(1);
}
