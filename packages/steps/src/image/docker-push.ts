import { Type, type Static } from 'typebox';
import {
  Credential,
  defineStep,
  formatImageReference,
  imageNotFound,
  parseImageReference,
  StepFailure,
  type Problem,
  type RegistryCredentials,
  type StepContext,
} from '@cicd/plugin';
import { closed } from '../schema/fields.ts';
import { dockerPushDescription, dockerPushExamples } from './docker-push-documentation.ts';
import { ImageName, problemOf, referenceProblem } from './image-name.ts';
import { registryReference } from './registry-reference.ts';

const providers = ['none', 'basic', 'aws_ecr', 'gcp_artifact_registry', 'azure_acr', 'digitalocean'] as const;

const Config = Type.Object(
  {
    image: ImageName({ description: 'The image to push: the name that an earlier step gave it.' }),
    registry: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Where to, with the folder in it if any: `registry.example.com/team`. Default: what `image` begins with.',
      }),
    ),
    auth_provider: Type.Union(
      providers.map((name) => Type.Literal(name)),
      {
        default: 'none',
        description:
          'Where the credentials come from: `basic` are `username` and `password`, the clouds give their own.',
      },
    ),
    username: Type.Optional(Credential({ description: 'For `basic`.' })),
    password: Type.Optional(Credential({ description: 'For `basic`: a password, or a token that takes its place.' })),
    tags: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
        minItems: 1,
        description: 'Tags to push it under. Default: the tag of `image`.',
      }),
    ),
  },
  closed,
);

type Config = Static<typeof Config>;

export const dockerPush = defineStep({
  type: 'step.docker_push',
  title: 'Push an image',
  description: dockerPushDescription,
  category: 'build',
  config: Config,
  outputs: Type.Object(
    {
      digest: Type.String({
        description: 'Of the manifest, `sha256:…`: the registry gives out exactly these bytes by it.',
      }),
      reference: Type.String({ description: 'The first name that it was pushed under.' }),
      size: Type.Integer({ description: 'Bytes of the image, unpacked.' }),
    },
    closed,
  ),
  recovery: 'repeat',
  afterCrash: 'It is pushed again; the registry keeps what it has.',
  examples: dockerPushExamples,
  check: checkDockerPush,
  async run(ctx) {
    const { config, images, signal, log } = ctx;
    const references = referencesOf(config);
    const [first = ''] = references;
    const image = await images.inspect(config.image);
    if (!image) throw imageNotFound(config.image);
    const credentials = await credentialsOf(ctx, parseImageReference(first).registry ?? 'docker.io');
    let digest = '';
    for (const reference of references) {
      await images.tag(image.id, reference);
      await log.info(`pushing ${reference}`);
      const onProgress = (message: string) => ctx.progress({ message });
      ({ digest } = await images.push(reference, { signal, onProgress, ...(credentials && { credentials }) }));
    }
    await log.info(`pushed as ${digest}`);
    return { outputs: { digest, reference: first, size: image.size } };
  },
});

/** Where the image goes. Errors: `image.reference_invalid`. */
function referencesOf({ image, registry, tags }: Config): readonly string[] {
  const reference = registryReference(image, registry);
  return (tags ?? [reference.tag ?? 'latest']).map((tag) => {
    const { digest: _digest, ...named } = reference;
    const text = formatImageReference({ ...named, tag });
    parseImageReference(text);
    return text;
  });
}

async function credentialsOf(ctx: StepContext<Config>, registry: string): Promise<RegistryCredentials | undefined> {
  const { auth_provider: name, username = '', password = '' } = ctx.config;
  if (name === 'none') return undefined;
  if (name === 'basic') {
    if (username === '' || password === '') throw credentialsEmpty();
    return { username, password };
  }
  const provider = ctx.registryCredentials.get(name);
  if (!provider) throw providerMissing(name);
  return provider.credentials({ registry, operation: 'push', signal: ctx.signal });
}

function checkDockerPush(config: Config): readonly Problem[] {
  const { image, registry, tags = [], auth_provider: provider, username, password } = config;
  const problems: (Problem | undefined)[] = [referenceProblem('image', image)];
  const texts = [image, registry ?? '', ...tags];
  if (!problems[0] && !texts.some((text) => text.includes('{{')))
    problems.push(problemOf('tags', () => referencesOf(config)));
  const isBasic = provider === 'basic';
  const given = Object.entries({ username, password });
  for (const [field, value] of given) {
    if (isBasic && value === undefined)
      problems.push(
        misfit('auth_provider', `\`basic\` needs \`${field}\``, `Add \`${field}:\`, best as {{ secrets.NAME }}.`),
      );
    if (!isBasic && value !== undefined)
      problems.push(
        misfit(field, `\`${field}\` is used by \`auth_provider: basic\` only`, 'Write `auth_provider: basic`.'),
      );
  }
  return problems.filter((problem) => problem !== undefined);
}

const misfit = (path: string, message: string, hint: string): Problem => ({
  code: 'step.config_invalid',
  severity: 'error',
  message,
  hint,
  path,
});

const credentialsEmpty = () =>
  new StepFailure({
    code: 'step.config_invalid',
    message: 'The username or the password is empty.',
    hint: 'Check the secrets that they come from.',
  });

const providerMissing = (name: string) =>
  new StepFailure({
    code: 'image.auth_provider_missing',
    message: `Nothing is installed that gives the credentials of ${name}.`,
    hint: 'Install the provider of that cloud, or use `auth_provider: basic` with a token.',
  });
