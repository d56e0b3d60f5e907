import { Type, type Static } from 'typebox';
import { Credential, defineStep, type Problem } from '@cicd/plugin';
import { workspaceOf } from '../artifact/workspace-of.ts';
import { closed, WorkspacePath } from '../schema/fields.ts';
import { buildLog } from './build-log.ts';
import { openBuildContext } from './context/build-context.ts';
import { dockerBuildDescription, dockerBuildExamples } from './docker-build-documentation.ts';
import { ImageName, referenceProblems } from './image-name.ts';

const Texts = (description: string, pattern: string) =>
  Type.Record(Type.String({ pattern }), Type.String(), { ...closed, description });

const Config = Type.Object(
  {
    context: WorkspacePath({
      default: '/workspace',
      description: 'The folder whose files the build may use, without those that its `.dockerignore` leaves out.',
    }),
    dockerfile: Type.String({
      minLength: 1,
      default: 'Dockerfile',
      description: 'The Dockerfile: relative to the context, or below `/workspace`.',
    }),
    tags: Type.Array(ImageName(), { default: [], description: 'Names that the image gets when it is complete.' }),
    build_args: Type.Optional(
      Texts('Values of `ARG`. They stay in the history of the image: no secrets.', '^[A-Za-z_][A-Za-z0-9_]*$'),
    ),
    cache_from: Type.Optional(
      Type.Array(ImageName(), {
        description:
          'Images whose layers are used again. Those in a registry must be built with `BUILDKIT_INLINE_CACHE=1`.',
      }),
    ),
    target: Type.Optional(Type.String({ minLength: 1, description: 'The stage to build. Default: the last one.' })),
    platforms: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z0-9]+/[a-z0-9]+(/[a-z0-9]+)?$' }), {
        minItems: 1,
        maxItems: 1,
        description:
          'What to build for, such as `linux/amd64`. The engine builds for its own platform, and for one at a time.',
      }),
    ),
    labels: Type.Optional(Texts('Labels of the image.', '^[^=\\s]+$')),
    secrets: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z0-9_.-]+$' }), Credential(), {
        ...closed,
        'x-cicd': 'credential',
        description: 'Contents by id, for `RUN --mount=type=secret,id=…`. They reach no layer and no history.',
      }),
    ),
    pull: Type.Boolean({ default: false, description: 'Whether base images are asked for anew.' }),
    no_cache: Type.Boolean({ default: false, description: 'Whether every instruction is performed again.' }),
  },
  closed,
);

export const dockerBuild = defineStep({
  type: 'step.docker_build',
  title: 'Build an image',
  description: dockerBuildDescription,
  category: 'build',
  config: Config,
  outputs: Type.Object(
    {
      image_id: Type.String({ description: 'What the engine calls the image, whatever its names are: `sha256:…`.' }),
      digest: Type.Optional(
        Type.String({ description: 'Of its manifest, where the engine makes one before a push: `sha256:…`.' }),
      ),
      tags: Type.Array(Type.String(), { description: 'Its names.' }),
      size: Type.Integer({ description: 'Bytes, unpacked.' }),
      cached_steps: Type.Integer({
        description: 'Instructions that were not performed because their result was there.',
      }),
      duration_ms: Type.Number({ description: 'How long the build took, in milliseconds.' }),
    },
    closed,
  ),
  recovery: 'repeat',
  afterCrash: 'It is built again; instructions that were complete are taken from the cache.',
  examples: dockerBuildExamples,
  check: checkDockerBuild,
  async run(ctx) {
    const { config, signal, clock } = ctx;
    const began = clock.now();
    const { archive, dockerfile } = await openBuildContext({
      workspace: workspaceOf(ctx),
      folder: config.context,
      dockerfile: config.dockerfile,
      token: ctx.step.token,
      signal,
    });
    const [platform] = config.platforms ?? [];
    const image = await ctx.images.build(
      {
        context: archive,
        dockerfile,
        tags: config.tags,
        pull: config.pull,
        noCache: config.no_cache,
        ...(config.build_args && { buildArgs: config.build_args }),
        ...(config.cache_from && { cacheFrom: config.cache_from }),
        ...(config.labels && { labels: config.labels }),
        ...(config.secrets && { secrets: config.secrets }),
        ...(config.target !== undefined && { target: config.target }),
        ...(platform !== undefined && { platform }),
      },
      { signal, onEvent: buildLog(ctx.log) },
    );
    return {
      outputs: {
        image_id: image.id,
        ...(image.digest !== undefined && { digest: image.digest }),
        tags: config.tags,
        size: image.size,
        cached_steps: image.cachedSteps,
        duration_ms: clock.now() - began,
      },
    };
  },
});

function checkDockerBuild({ tags, cache_from: cacheFrom = [] }: Static<typeof Config>): readonly Problem[] {
  return [...referenceProblems('tags', tags), ...referenceProblems('cache_from', cacheFrom)];
}
