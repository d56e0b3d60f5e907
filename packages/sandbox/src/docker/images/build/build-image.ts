import { randomBytes } from 'node:crypto';
import {
  buildFailed,
  imageNotFound,
  parseImageReference,
  StepFailure,
  unsupported,
  type BuiltImage,
  type ImageBuild,
  type ImageBuildOptions,
} from '@cicd/plugin';
import type { EngineClient } from '../../../engine/engine-client.ts';
import { EngineRefusal } from '../../../engine/engine-refusal.ts';
import { inspectImage } from '../image-details.ts';
import { openBuildSession } from '../session/build-session.ts';
import { tagImage } from '../tag-image.ts';
import type { BuildProgress } from './build-progress.ts';
import type { Builder } from './builder.ts';
import { buildkitProgress } from './buildkit-progress.ts';
import { classicProgress } from './classic-progress.ts';

/** Builds an image. Its names are given when it is complete, so that a build that fails leaves none behind. */
export async function buildImage(
  client: EngineClient,
  builder: Builder,
  build: ImageBuild,
  { signal, onEvent }: ImageBuildOptions,
): Promise<BuiltImage> {
  const { tags = [], secrets = {} } = build;
  // The engine would wait for the rest of a context that breaks off.
  const broken = new AbortController();
  build.context.once('error', (error) => broken.abort(error));
  const progress = builder.kind === 'buildkit' ? buildkitProgress() : classicProgress();
  try {
    for (const tag of tags) parseImageReference(tag);
    checkBuilder(builder, build);
    const session = Object.keys(secrets).length > 0 ? await openBuildSession(client, secrets) : undefined;
    try {
      const call = {
        query: buildQuery(builder, build, session?.id),
        archive: build.context,
        signal: either(signal, broken.signal),
      };
      await client.told('POST', '/build', call, async (message) => {
        for (const event of progress.read(message)) await onEvent?.(event);
      });
    } finally {
      session?.close();
    }
  } catch (error) {
    throw error instanceof EngineRefusal ? judged(error, progress) : error;
  } finally {
    build.context.destroy();
  }
  const id = progress.image;
  if (id === undefined) throw buildFailed('the builder ended without naming an image', undefined);
  for (const tag of tags) await tagImage(client, id, tag);
  const image = await inspectImage(client, id);
  if (!image) throw imageNotFound(id);
  const [digest] = image.digests;
  return {
    id: image.id,
    size: image.size,
    cachedSteps: progress.cachedSteps,
    ...(digest !== undefined && { digest: digest.slice(digest.indexOf('@') + 1) }),
  };
}

const either = (given: AbortSignal | undefined, own: AbortSignal): AbortSignal =>
  given ? AbortSignal.any([given, own]) : own;

function checkBuilder({ kind, platform }: Builder, build: ImageBuild): void {
  if (build.platform !== undefined && build.platform !== platform)
    throw new StepFailure({
      code: 'image.platform_unsupported',
      message: `This engine builds for ${platform}, and not for ${build.platform}.`,
      hint: `Build on a machine of that platform, or leave the platform out.`,
      details: { asked: build.platform, engine: platform },
    });
  if (kind === 'classic' && Object.keys(build.secrets ?? {}).length > 0)
    throw unsupported('docker', 'build secrets: this engine has no BuildKit');
}

function buildQuery(builder: Builder, build: ImageBuild, session: string | undefined) {
  const json = (value: Readonly<Record<string, string>> | readonly string[] | undefined) =>
    value === undefined || Object.keys(value).length === 0 ? undefined : JSON.stringify(value);
  return {
    dockerfile: build.dockerfile,
    buildargs: json(build.buildArgs),
    labels: json(build.labels),
    cachefrom: json(build.cacheFrom),
    target: build.target,
    platform: build.platform,
    pull: build.pull || undefined,
    nocache: build.noCache || undefined,
    // What the classic builder makes on its way is removed, also when it fails.
    rm: true,
    forcerm: true,
    ...(builder.kind === 'buildkit' && { version: 2, buildid: randomBytes(16).toString('hex'), session }),
  };
}

/** Trouble of the engine is told as such; everything else was the Dockerfile's. */
function judged(refusal: EngineRefusal, progress: BuildProgress): Error {
  if (/no space left on device|cannot allocate memory/i.test(refusal.answer)) return refusal;
  const words = refusal.answer.replace(/^failed to solve[^:]*: /, '').replace(/\S*\/buildkit-mount\d+\//g, '');
  return buildFailed(words, progress.failed(refusal.answer));
}
