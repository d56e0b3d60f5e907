import { Readable } from 'node:stream';
import { StepFailure } from '../../errors/step-failure.ts';
import { buildFailed, instructionOf } from '../../images/build-failed.ts';
import type { ImageBuild, ImageBuildOptions } from '../../images/image-build.ts';
import { imageNotFound } from '../../images/image-missing.ts';
import { formatImageReference, parseImageReference } from '../../images/image-reference.ts';
import type { ImageDetails, Images, RegistryCredentials } from '../../images/images.ts';
import { contextOf } from './context-archive.ts';
import { hashOf, readContext, readDockerfile } from './fake-dockerfile.ts';

export interface FakeImagesOptions {
  /** Images that are there at first. */
  readonly present?: readonly string[];
  /** Registries that answer, by host: what they say of credentials, undefined when they take them. */
  readonly registries?: Readonly<Record<string, (credentials: RegistryCredentials | undefined) => string | undefined>>;
}

const platform = 'linux/amd64';
const named = (reference: string): string => formatImageReference(parseImageReference(reference));
const isId = (image: string): boolean => /^(sha256:)?[0-9a-f]{12,64}$/.test(image);

/**
 * Images in memory. Of a Dockerfile it knows what files are copied, labels, and commands of the form `exit N`, `echo
 * TEXT`, and files of secrets (`cat /run/secrets/ID`); everything else has no effect.
 */
export function createFakeImages({ present = [], registries = {} }: FakeImagesOptions = {}): Images {
  const byId = new Map<string, Omit<ImageDetails, 'tags' | 'digests'>>();
  const names = new Map<string, string>();
  const pushed = new Map<string, string>();
  const layers = new Set<string>();

  const add = (id: string, labels: Readonly<Record<string, string>> = {}): void => {
    byId.set(id, { id, size: 1024, platform, labels, entrypoint: [], command: ['sh'], workDir: '/' });
  };
  const find = (image: string): ImageDetails | undefined => {
    const id = isId(image) ? image : names.get(named(image));
    const found = id === undefined ? undefined : byId.get(id);
    const tags = [...names].filter(([, owner]) => owner === id).map(([name]) => name);
    return found && { ...found, tags, digests: tags.flatMap((tag) => digestOf(tag) ?? []) };
  };
  const get = (image: string): ImageDetails => {
    const found = find(image);
    if (!found) throw imageNotFound(image);
    return found;
  };
  const digestOf = (reference: string): string | undefined => {
    const id = pushed.get(reference);
    const { registry, repository } = parseImageReference(reference);
    return id && `${registry}/${repository}@${id}`;
  };
  const refusal = (reference: string, credentials: RegistryCredentials | undefined): string | undefined => {
    const { registry = 'docker.io' } = parseImageReference(reference);
    const ask = registries[registry];
    return ask ? ask(credentials) : 'no such host';
  };

  const perform = async (build: ImageBuild, { signal, onEvent }: ImageBuildOptions) => {
    for (const tag of build.tags ?? []) parseImageReference(tag);
    if (build.platform !== undefined && build.platform !== platform)
      throw new StepFailure({ code: 'image.platform_unsupported', message: `not for ${build.platform}` });
    const files = await readContext(build.context);
    const dockerfile = files.get(build.dockerfile);
    if (dockerfile === undefined) throw buildFailed(`failed to read dockerfile: open ${build.dockerfile}`, undefined);
    const instructions = readDockerfile(dockerfile);
    const labels: Record<string, string> = { ...build.labels };
    let [id, cachedSteps] = ['', 0];
    for (const [index, { word, rest, text }] of instructions.entries()) {
      signal?.throwIfAborted();
      const name = `[${index + 1}/${instructions.length}] ${text}`;
      if (word === 'FROM') id = rest === 'scratch' ? hashOf('scratch') : get(rest).id;
      if (word === 'LABEL') Object.assign(labels, Object.fromEntries([rest.split('=')]));
      const file = word === 'COPY' ? (rest.split(' ')[0] ?? '') : '';
      id = `sha256:${hashOf(id, text, files.get(file) ?? '', JSON.stringify([build.buildArgs, labels]))}`;
      const isCached = layers.has(id) && build.noCache !== true && word !== 'FROM';
      await onEvent?.({ kind: 'instruction', id, name, state: isCached ? 'cached' : 'started' });
      if (isCached) {
        cachedSteps += 1;
        continue;
      }
      const missing = word === 'COPY' && !files.has(file) ? `"/${file}" not found: not found` : undefined;
      const exit = word === 'RUN' ? Number(/exit (\d+)/.exec(rest)?.[1] ?? 0) : 0;
      if (missing !== undefined || exit !== 0) {
        await onEvent?.({ kind: 'instruction', id, name, state: 'failed' });
        throw buildFailed(missing ?? `executor failed running [${rest}]: exit code: ${exit}`, instructionOf(name));
      }
      const said = /echo (.+)$/.exec(rest)?.[1];
      if (word === 'RUN' && said !== undefined)
        await onEvent?.({ kind: 'output', id, name, stream: 'stdout', data: Buffer.from(`${said}\n`) });
      layers.add(id);
      await onEvent?.({ kind: 'instruction', id, name, state: 'done', duration: 1 });
    }
    add(id, labels);
    for (const tag of build.tags ?? []) names.set(named(tag), id);
    return { id, size: 1024, cachedSteps };
  };

  for (const image of present) {
    const id = `sha256:${hashOf(image)}`;
    add(id);
    names.set(named(image), id);
  }
  return {
    async build(build, options = {}) {
      try {
        return await perform(build, options);
      } finally {
        build.context.destroy();
      }
    },
    async tag(image, reference) {
      names.set(named(reference), get(image).id);
    },
    async push(reference, { credentials, onProgress } = {}) {
      const { id } = get(reference);
      const words = refusal(reference, credentials);
      if (words !== undefined)
        throw new StepFailure({ code: 'image.push_refused', message: `The registry said: ${words}` });
      onProgress?.('layer: Pushed');
      pushed.set(named(reference), id);
      return { digest: id };
    },
    async pull(reference, { credentials } = {}) {
      const { registry, repository, digest } = parseImageReference(reference);
      const words = refusal(reference, credentials);
      const id =
        digest !== undefined && [...pushed.keys()].some((name) => name.startsWith(`${registry}/${repository}:`))
          ? digest
          : pushed.get(named(reference));
      if (words !== undefined || id === undefined)
        throw new StepFailure({ code: 'sandbox.image_missing', message: words ?? 'manifest unknown' });
      names.set(named(reference), id);
      return get(reference);
    },
    async export(image) {
      return Readable.from(contextOf({ 'manifest.json': JSON.stringify([{ Config: get(image).id }]) }));
    },
    inspect: async (image) => find(image),
  };
}
