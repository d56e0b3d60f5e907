import { appendFileSync, cpSync, existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { downloadPackages } from '../packages.ts';
import { cachedRoot } from './cached-root.ts';
import { writeUsers } from './users.ts';

const PACKAGES =
  'base-files bash coreutils dash diffutils findutils grep gzip hostname libc-bin libstdc++6 mawk netbase sed tar'.split(
    ' ',
  );
const UNREAD = ['usr/share/doc', 'usr/share/man', 'usr/share/info', 'usr/share/locale', 'usr/share/lintian'];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

export const debianContent = `${PACKAGES.join(' ')} and what they depend on, 2`;

/** The files of a slim Debian image; see `debianRootWith`. */
export const debianRoot = (bed: Bed): Promise<string> => debianRootWith(bed, 'debian', [], debianContent);

/**
 * The files of a slim Debian image, of the machine's own release, with further packages: unpacked without running their
 * scripts, and a package status that scanners can read. It trusts the certificates that the machine trusts. `finish` does
 * what those scripts would have done.
 */
export function debianRootWith(
  bed: Bed,
  name: string,
  more: readonly string[],
  content: string,
  finish: (root: string) => void = () => undefined,
): Promise<string> {
  return cachedRoot(bed, name, content, async (root, downloads) => {
    const files = await downloadPackages(bed, [...PACKAGES, ...more], downloads);
    for (const folder of ['usr/local/bin', 'var/lib/dpkg/info'])
      mkdirSync(path.join(root, folder), { recursive: true });
    for (const file of files) await unpack(bed, file, root);
    for (const folder of ['bin', 'sbin', 'lib', 'lib64']) await mergeIntoUsr(bed, root, folder);
    for (const folder of UNREAD) rmSync(path.join(root, folder), { recursive: true, force: true });
    link(root, 'usr/bin/sh', 'dash');
    link(root, 'usr/bin/awk', 'mawk');
    writeFileSync(path.join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
    if (existsSync(CERTIFICATES)) trustAsTheMachineDoes(root);
    writeUsers(root);
    finish(root);
    await bed.run('/sbin/ldconfig', ['-r', root]);
  });
}

function trustAsTheMachineDoes(root: string): void {
  cpSync(CERTIFICATES, path.join(root, CERTIFICATES), { dereference: true });
  symlinkSync('certs/ca-certificates.crt', path.join(root, 'etc/ssl/cert.pem'));
}

async function unpack(bed: Bed, file: string, root: string): Promise<void> {
  await bed.run('dpkg-deb', ['--extract', file, root]);
  const fields = await bed.run('dpkg-deb', ['--field', file]);
  const entry = fields.replace(/^(Package: .*)$/m, '$1\nStatus: install ok installed');
  appendFileSync(path.join(root, 'var/lib/dpkg/status'), `${entry}\n`);
}

/** Debian has one folder for programs and one for libraries, but packages still speak of two each. */
async function mergeIntoUsr(bed: Bed, root: string, folder: string): Promise<void> {
  const [apart, merged] = [path.join(root, folder), path.join(root, 'usr', folder)];
  mkdirSync(merged, { recursive: true });
  if (existsSync(apart) && !lstatSync(apart).isSymbolicLink()) await bed.run('cp', ['--archive', `${apart}/.`, merged]);
  rmSync(apart, { recursive: true, force: true });
  symlinkSync(`usr/${folder}`, apart);
}

/** What a package's own script would have linked. */
function link(root: string, place: string, target: string): void {
  if (!existsSync(path.join(root, place))) symlinkSync(target, path.join(root, place));
}
