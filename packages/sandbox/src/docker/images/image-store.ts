import type { CicdError } from '@cicd/plugin';
import { StepFailure, type ProcessConfig } from '@cicd/plugin';
import type { EngineClient } from '../../engine/engine-client.ts';
import { EngineRefusal } from '../../engine/engine-refusal.ts';
import { inspectImage } from './image-details.ts';
import { registryHeader, registryOf, type RegistryAuthSource } from './registry-auth.ts';

export interface EngineImage {
  /** What the engine calls it, whatever its names are. */
  readonly id: string;
  /** Of the registry it came from, else the id. */
  readonly digest: string;
}

export interface PullOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** The images of an engine. A reference is pulled once, however many ask for it at the same time. */
export class ImageStore {
  readonly #client: EngineClient;
  readonly #auth: RegistryAuthSource;
  readonly #pulls = new Map<string, Pull>();

  constructor(client: EngineClient, auth: RegistryAuthSource) {
    this.#client = client;
    this.#auth = auth;
  }

  /** The image, pulled as asked. Errors: `sandbox.image_missing`, with what the registry said. */
  async get(
    reference: string,
    pull: NonNullable<ProcessConfig['pull']>,
    options: PullOptions = {},
  ): Promise<EngineImage> {
    if (pull !== 'always') {
      const image = await this.find(reference, options.signal);
      if (image) return image;
      if (pull === 'never') throw missing(reference, 'The engine does not have it, and pulling it was not asked for');
    }
    await this.#pull(reference, options);
    const image = await this.find(reference, options.signal);
    if (!image) throw missing(reference, 'It was pulled, but the engine does not have it');
    return image;
  }

  /** The image as it is now, whatever has been pulled for it before; undefined when the engine does not have it. */
  async find(reference: string, signal?: AbortSignal): Promise<EngineImage | undefined> {
    const found = await inspectImage(this.#client, reference, signal);
    return found && { id: found.id, digest: found.digests[0] ?? found.id };
  }

  async #pull(reference: string, { signal, onProgress }: PullOptions): Promise<void> {
    let pull = this.#pulls.get(reference);
    if (!pull) {
      const started = new Pull((one) => this.#run(reference, one).finally(() => this.#pulls.delete(reference)));
      this.#pulls.set(reference, (pull = started));
    }
    await pull.join(signal, onProgress);
  }

  async #run(reference: string, pull: Pull): Promise<void> {
    const registry = registryOf(reference);
    const auth = await this.#auth(reference);
    pull.tell(`pulling ${reference} from ${registry}`);
    try {
      await this.#client.told(
        'POST',
        '/images/create',
        {
          query: { fromImage: withTag(reference) },
          headers: auth ? { 'x-registry-auth': registryHeader(auth) } : {},
          signal: pull.signal,
        },
        // A line with a progress bar comes many times a second; the others tell each layer once or twice.
        ({ id, status, progress }) =>
          status !== undefined && progress === undefined && pull.tell(id ? `${id}: ${status}` : status),
      );
    } catch (error) {
      // 503: the engine is not ready, which says nothing about the image.
      if (error instanceof EngineRefusal && error.status !== 503)
        throw missing(reference, `${registry} said: ${error.answer}`, registry, auth !== undefined);
      throw error;
    }
  }
}

/** A pull in progress: it goes on while somebody waits for it. */
class Pull {
  readonly #listeners = new Set<(message: string) => void>();
  readonly #nobody = new AbortController();
  readonly #done: Promise<void>;
  #waiting = 0;

  constructor(run: (pull: Pull) => Promise<void>) {
    this.#done = run(this);
    this.#done.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#nobody.signal;
  }

  tell(message: string): void {
    for (const listen of this.#listeners) listen(message);
  }

  async join(signal: AbortSignal | undefined, onProgress: ((message: string) => void) | undefined): Promise<void> {
    this.#waiting += 1;
    if (onProgress) this.#listeners.add(onProgress);
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal?.reason as Error);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.#done, aborted.promise]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if (onProgress) this.#listeners.delete(onProgress);
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#nobody.abort(new Error('Nobody waits for the image any more.'));
    }
  }
}

/** Without a tag the engine would pull every one. */
function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return /[:@]/.test(name) ? reference : `${reference}:latest`;
}

function missing(reference: string, why: string, registry?: string, withCredentials?: boolean): CicdError {
  return new StepFailure({
    code: 'sandbox.image_missing',
    message: `The image ${reference} could not be had. ${why}.`,
    hint:
      registry === undefined
        ? 'Check the name, or let it be pulled (pull: missing).'
        : `Check name and tag${withCredentials ? ' and the credentials' : `; when ${registry} asks for credentials, log in to it (docker login)`}.`,
    details: { image: reference, ...(registry !== undefined && { registry }) },
  });
}
