import { archiveMalformed, archiveTooLarge, entryRefused } from './archive-refusal.ts';
import { paxRecords } from './pax-records.ts';
import { checkHeader, compressionOf, entryName, entrySize, isZero, kindOf, longName } from './tar-block.ts';

const blockBytes = 512;
/** Extended headers hold names, times and attributes; attributes may be long. */
const longestExtension = 2 ** 20;
const longestFiller = 16 * 2 ** 20;

type Extension = 'extended header' | 'long name' | 'long link name';

/** What stood before an entry and speaks of it. */
interface Pending {
  readonly said: Set<Extension>;
  size?: number;
  path?: boolean;
  linkPath?: boolean;
}

/**
 * Looks at the blocks of a tar stream as it passes, and refuses what programs read differently, so that whoever
 * unpacks the archive later sees what was checked: entries that are no files, folders or links; sparse files; global
 * headers; a name said twice; sizes that are no plain numbers; content where none may be; an end that is none, or
 * something behind it. It does not read names for unpacking: that is the reader's part.
 *
 * Errors: `archive.malformed`, `archive.entry_refused`, `archive.too_large`.
 */
export class ArchiveForm {
  /** What is not whole yet: a block, or all blocks of an extension. */
  #held = Buffer.alloc(blockBytes);
  #filled = 0;
  #wanted = blockBytes;
  #toSkip = 0;
  #blocks = 0;
  #zeroBlocks = 0;
  #extension: { readonly kind: Extension; readonly size: number } | undefined;
  #pending: Pending = { said: new Set() };

  write(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#toSkip > 0) {
        const skipped = Math.min(this.#toSkip, chunk.length - at);
        this.#toSkip -= skipped;
        at += skipped;
        continue;
      }
      const taken = chunk.subarray(at, at + this.#wanted - this.#filled);
      at += taken.length;
      if (taken.length === this.#wanted) {
        this.#read(taken);
        continue;
      }
      if (this.#filled === 0) this.#held = Buffer.alloc(this.#wanted);
      this.#held.set(taken, this.#filled);
      this.#filled += taken.length;
      if (this.#filled < this.#wanted) continue;
      this.#filled = 0;
      this.#read(this.#held);
    }
  }

  /** The stream has ended: it must have been whole. An empty stream is an empty archive. */
  end(): void {
    if (this.#blocks === 0 && this.#filled === 0) return;
    if (this.#blocks === 0) this.#checkCompression(this.#held);
    if (this.#toSkip > 0 || this.#filled > 0 || this.#zeroBlocks < 2)
      throw archiveMalformed('it ends before its end mark');
  }

  #read(block: Buffer): void {
    this.#blocks += 1;
    if (this.#blocks === 1) this.#checkCompression(block);
    if (this.#extension) return this.#readExtension(this.#extension, block);
    if (isZero(block)) {
      if (this.#pending.said.size > 0) throw archiveMalformed('it ends after a header that speaks of an entry');
      this.#zeroBlocks += 1;
      if (this.#zeroBlocks * blockBytes > longestFiller)
        throw archiveTooLarge(`It has more than ${longestFiller} bytes of nothing behind its end.`);
      return;
    }
    if (this.#zeroBlocks > 0) throw archiveMalformed('it goes on behind its end mark');
    this.#readHeader(block);
  }

  #readHeader(block: Buffer): void {
    checkHeader(block);
    const name = entryName(block);
    const kind = kindOf(block);
    const size = entrySize(block);
    switch (kind) {
      case 'extended header':
      case 'long name':
      case 'long link name':
        this.#expectExtension(kind, size, name);
        return;
      case 'file':
      case 'link':
      case 'symlink':
      case 'directory':
        this.#readEntry(kind, this.#pending.size ?? size, name);
        return;
      default:
        throw entryRefused(name, `is a ${kind}`);
    }
  }

  #expectExtension(kind: Extension, size: number, name: string): void {
    if (this.#pending.said.has(kind)) throw archiveMalformed(`an entry has two of the kind "${kind}" before it`);
    if (size === 0) throw archiveMalformed(`the ${kind} of an entry is empty`);
    if (size > longestExtension)
      throw archiveTooLarge(`The ${kind} of an entry has more than ${longestExtension} bytes.`, name);
    this.#pending.said.add(kind);
    this.#extension = { kind, size };
    this.#wanted = padded(size);
  }

  #readExtension({ kind, size }: { readonly kind: Extension; readonly size: number }, block: Buffer): void {
    const content = block.subarray(0, size);
    const pending = this.#pending;
    const once = (what: 'path' | 'linkPath', name: string): void => {
      if (pending[what] === true) throw entryRefused(name, 'says its name or target in two ways');
      pending[what] = true;
    };
    if (kind === 'extended header') {
      const records = paxRecords(content, entryName(block));
      if (records.has('path')) once('path', records.get('path') ?? '');
      if (records.has('linkpath')) once('linkPath', records.get('linkpath') ?? '');
      const said = records.get('size');
      if (said !== undefined) pending.size = Number(said);
    } else once(kind === 'long name' ? 'path' : 'linkPath', longName(content));
    this.#extension = undefined;
    this.#wanted = blockBytes;
  }

  #readEntry(kind: 'file' | 'link' | 'symlink' | 'directory', size: number, name: string): void {
    const isFolder = kind === 'directory' || (kind === 'file' && name.endsWith('/'));
    if (size > 0 && (kind !== 'file' || isFolder))
      throw entryRefused(name, `is a ${isFolder ? 'folder' : 'link'} with content`);
    if (!Number.isSafeInteger(size)) throw archiveTooLarge('An entry says a size that is no size.', name);
    this.#toSkip = padded(size);
    this.#pending = { said: new Set() };
  }

  #checkCompression(start: Buffer): void {
    const compression = compressionOf(start);
    if (compression !== undefined) throw archiveMalformed(`it is compressed (${compression})`);
  }
}

const padded = (size: number): number => Math.ceil(size / blockBytes) * blockBytes;
