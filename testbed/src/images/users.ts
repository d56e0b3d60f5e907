import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const USERS = [
  { name: 'root', id: 0, home: '/root' },
  { name: 'node', id: 1000, home: '/home/node' },
  { name: 'ci', id: 10001, home: '/home/ci' },
  { name: 'nobody', id: 65534, home: '/nonexistent' },
];

/** Writes the users of an image: root, `node` (1000), `ci` (10001) and nobody, with their homes and `/tmp`. */
export function writeUsers(root: string): void {
  mkdirSync(path.join(root, 'etc'), { recursive: true });
  const users = USERS.map(({ name, id, home }) => `${name}:x:${id}:${id}:${name}:${home}:/bin/sh\n`);
  writeFileSync(path.join(root, 'etc/passwd'), users.join(''));
  writeFileSync(path.join(root, 'etc/group'), USERS.map(({ name, id }) => `${name}:x:${id}:\n`).join(''));
  // Files of an imported image all belong to root, so homes are open to everyone.
  const open = ['tmp', 'var/tmp', 'home/node', 'home/ci'];
  for (const folder of [...open, 'root', 'dev', 'proc', 'sys', 'run'])
    mkdirSync(path.join(root, folder), { recursive: true });
  for (const folder of open) chmodSync(path.join(root, folder), 0o1777);
}
