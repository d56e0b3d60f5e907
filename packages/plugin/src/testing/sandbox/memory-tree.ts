import { pipeline } from 'node:stream/promises';
import { Readable, type Writable } from 'node:stream';
import { extract, pack, type Header } from 'tar-stream';
import { createArchiveGuard } from '../../archive/archive-guard.ts';
import { checkedArchive } from '../../archive/checked-archive.ts';

/** One thing of the tree. Modes are permission bits. */
export type MemoryNode =
  | { readonly type: 'file'; readonly mode: number; readonly data: Uint8Array }
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'symlink'; readonly target: string };

/** A folder in memory: what a fake workspace holds. Paths are relative to it; the empty path is the folder itself. */
export class MemoryTree {
  readonly #nodes = new Map<string, MemoryNode>();

  /** Writes a file and the folders above it. */
  write(path: string, content: string | Uint8Array, mode = 0o644): void {
    this.set(path, { type: 'file', mode, data: typeof content === 'string' ? Buffer.from(content) : content });
  }

  set(path: string, node: MemoryNode): void {
    const parent = path.split('/').slice(0, -1).join('/');
    if (parent !== '' && !this.#nodes.has(parent)) this.makeDirectory(parent);
    if (path !== '') this.#nodes.set(path, node);
  }

  makeDirectory(path: string): void {
    this.set(path, { type: 'directory', mode: 0o755 });
  }

  get(path: string): MemoryNode | undefined {
    return path === '' ? { type: 'directory', mode: 0o755 } : this.#nodes.get(path);
  }

  /** A file's text; undefined when there is no such file. */
  text(path: string): string | undefined {
    const node = this.get(path);
    return node?.type === 'file' ? Buffer.from(node.data).toString() : undefined;
  }

  /** Every path of the tree, sorted. */
  paths(): string[] {
    return [...this.#nodes.keys()].sort();
  }

  /** Bytes of all files. */
  size(): number {
    return [...this.#nodes.values()].reduce((sum, node) => sum + (node.type === 'file' ? node.data.length : 0), 0);
  }

  clone(): MemoryTree {
    const copy = new MemoryTree();
    for (const [path, node] of this.#nodes) copy.#nodes.set(path, node);
    return copy;
  }

  /** Unpacks a tar stream below `destination`, by the rule of every workspace. */
  async unpack(archive: Readable, destination: string, signal?: AbortSignal): Promise<void> {
    const checked = await checkedArchive(archive, { signal });
    const guard = createArchiveGuard();
    const place = (path: string): string => [destination, path].filter((part) => part !== '').join('/');
    if (destination !== '' && this.get(destination) === undefined) this.makeDirectory(destination);
    const entries = extract();
    const read = pipeline(checked, entries as unknown as Writable);
    for await (const entry of entries) {
      const { name, size = 0, linkname, mode = 0o644 } = entry.header;
      const type = entry.header.type ?? 'file';
      const allowed = guard({ name, type, size, linkName: linkname });
      const parts: Uint8Array[] = [];
      for await (const part of entry) parts.push(part as Uint8Array);
      this.#unpackEntry(place(allowed.path), type, mode, Buffer.concat(parts), place(allowed.linkPath ?? ''), linkname);
    }
    await read;
  }

  #unpackEntry(path: string, type: string, mode: number, data: Uint8Array, linked: string, target: string): void {
    if (type === 'directory') this.set(path, { type, mode });
    else if (type === 'symlink') this.set(path, { type, target });
    else if (type === 'link') this.set(path, this.get(linked) ?? { type: 'file', mode, data });
    else this.set(path, { type: 'file', mode, data });
  }

  /** A tar stream of one file or folder, whose entries begin with `name`. */
  pack(path: string, name: string): Readable {
    const archive = pack();
    for (const found of ['', ...this.paths()]) {
      const inside =
        found === path
          ? ''
          : path === ''
            ? `/${found}`
            : found.startsWith(`${path}/`)
              ? found.slice(path.length)
              : undefined;
      const node = this.get(found);
      if (inside !== undefined && node !== undefined) archive.entry(...tarEntry(name + inside, node));
    }
    archive.finalize();
    return Readable.from(archive, { objectMode: false });
  }
}

function tarEntry(name: string, node: MemoryNode): [Partial<Header> & Pick<Header, 'name'>, Buffer] {
  if (node.type === 'file')
    return [{ name, type: 'file', mode: node.mode, size: node.data.length }, Buffer.from(node.data)];
  if (node.type === 'directory') return [{ name: `${name}/`, type: 'directory', mode: node.mode }, Buffer.alloc(0)];
  return [{ name, type: 'symlink', linkname: node.target, mode: 0o777 }, Buffer.alloc(0)];
}
