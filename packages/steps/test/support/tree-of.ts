import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { tarEntries } from '../../src/artifact/tar-entries.ts';

/** What an archive holds: names with contents, of folders and links what they are. */
export async function treeOf(archive: Readable): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for await (const entry of tarEntries(archive)) {
    const { name, type, linkname, mode } = entry.header;
    if (type === 'file')
      tree[name + ((mode & 0o111) === 0 ? '' : '*')] = (await buffer(Readable.from(entry))).toString();
    else {
      tree[name] = type === 'directory' ? '(folder)' : `(${type} to ${linkname})`;
      entry.resume();
    }
  }
  return tree;
}
