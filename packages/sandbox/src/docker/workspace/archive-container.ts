import { PassThrough, pipeline, type Readable } from 'node:stream';
import { workspaceRoot } from '@cicd/plugin';
import type { EngineClient } from '../../engine/engine-client.ts';
import { engineUnsupported } from '../../engine/engine-unsupported.ts';
import { EngineRefusal, engineTrouble, unless } from '../../engine/engine-refusal.ts';
import type { EngineDifferences } from '../engine-differences.ts';
import { createPauseContainer, isWrongProcessor } from '../pause/pause-image.ts';

/** What is at a path of the container, as the engine says it. */
export interface PathStat {
  readonly kind: 'folder' | 'link' | 'other';
  /** Where a link leads in the end; it need not exist. */
  readonly target: string;
  /** What is made in the folder gets its group. */
  readonly handsGroupOn: boolean;
}

/** Bits of Go's `fs.FileMode`, which the engine sends. https://pkg.go.dev/io/fs#FileMode */
const folderBit = 2 ** 31;
const linkBit = 2 ** 27;
const setgidBit = 2 ** 22;
const hasBit = (mode: number, bit: number): boolean => Math.floor(mode / bit) % 2 === 1;

/** The same stream, which ends with trouble of the engine when the connection breaks. */
function withEngineErrors(archive: Readable, call: string, signal: AbortSignal | undefined): Readable {
  const safe = new PassThrough();
  archive.once('error', (error) => {
    if (!signal?.aborted) safe.destroy(engineTrouble(error, call));
  });
  pipeline(archive, safe, () => {
    // Whoever reads hears of it.
  });
  return safe;
}

/**
 * A container with a volume mounted at `/workspace`. The engine's archive calls on it reach the volume while no process
 * of anybody's image runs. Its image holds nothing but our own small program, and it is never started, except on
 * engines that need it to run.
 */
export class ArchiveContainer {
  readonly #client: EngineClient;
  readonly #path: string;
  readonly #needsStart: boolean;
  readonly name: string;

  constructor(client: EngineClient, name: string, { archivesNeedStart }: EngineDifferences) {
    this.#client = client;
    this.#needsStart = archivesNeedStart;
    this.name = name;
    this.#path = `/containers/${name}/archive`;
  }

  /** Idempotent. Returns whether the container was new. Errors: `sandbox.engine_unsupported`, where it cannot run. */
  async create(volume: string, containerLabels: Readonly<Record<string, string>>): Promise<boolean> {
    const created = await unless(
      [409],
      createPauseContainer(this.#client, this.name, {
        Labels: containerLabels,
        HostConfig: {
          NetworkMode: 'none',
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          Mounts: [{ Type: 'volume', Source: volume, Target: workspaceRoot, VolumeOptions: { NoCopy: true } }],
        },
      }),
    );
    // The name may be taken by a try that broke off and that the engine is still at work on.
    if (
      created === undefined &&
      (await unless([404], this.#client.json('GET', `/containers/${this.name}/json`))) === undefined
    )
      throw engineTrouble(new Error('it is still being made'), `POST /containers/create ${this.name}`);
    if (this.#needsStart) await this.#start();
    return created !== undefined;
  }

  async #start(): Promise<void> {
    try {
      await this.#client.done('POST', `/containers/${this.name}/start`);
    } catch (error) {
      throw isWrongProcessor(error) ? engineUnsupported(error) : error;
    }
  }

  async remove(): Promise<void> {
    await unless([404], this.#client.done('DELETE', `/containers/${this.name}`, { query: { force: true } }));
  }

  /** Unpacks a tar stream in a folder that exists. */
  async put(folder: string, archive: Readable | Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.#client.done('PUT', this.#path, { query: { path: folder }, archive, signal });
  }

  /** A tar stream of what is there; undefined when nothing is. */
  async get(path: string, signal?: AbortSignal): Promise<Readable | undefined> {
    const archive = await this.#missing(this.#client.stream('GET', this.#path, { query: { path }, signal }));
    return archive && withEngineErrors(archive, `GET ${this.#path}`, signal);
  }

  async stat(path: string): Promise<PathStat | undefined> {
    const headers = await this.#missing(this.#client.done('HEAD', this.#path, { query: { path } }));
    if (headers === undefined) return undefined;
    const text = Buffer.from(String(headers['x-docker-container-path-stat']), 'base64').toString();
    const { mode, linkTarget } = JSON.parse(text) as { mode: number; linkTarget: string };
    const kind = hasBit(mode, linkBit) ? 'link' : hasBit(mode, folderBit) ? 'folder' : 'other';
    return { kind, target: linkTarget, handsGroupOn: hasBit(mode, setgidBit) };
  }

  /** A missing path and a missing container have the same status; the container is ours to have. */
  async #missing<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404 && !/no such container/i.test(error.answer))
        return undefined;
      throw error;
    }
  }
}
