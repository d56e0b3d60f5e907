import { Type, type Static } from 'typebox';
import { ByteSize, Duration, Image, type Problem } from '@cicd/plugin';
import { closed } from '../schema/fields.ts';
import { Variables } from '../schema/variables.ts';

export const DockerRunConfig = Type.Object(
  {
    image: Image({ description: 'The image to run: from a registry, or one that an earlier step built.' }),
    command: Type.Optional(
      Type.Array(Type.String(), { description: 'Arguments, or program and arguments. Default: those of the image.' }),
    ),
    entrypoint: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: 'The program, in the place of the image’s. Its own arguments are left out then.',
      }),
    ),
    env: Type.Optional(Variables('Variables of the program.')),
    secret_files: Type.Optional(
      Variables(
        'Contents of files that exist only in memory. The variable of the same name holds the path of the file.',
      ),
    ),
    wait_for_exit: Type.Literal(true, {
      default: true,
      description: 'The step ends with the program. A container that goes on beside later steps is not offered.',
    }),
    timeout: Type.Optional(Duration({ description: 'How long it may run, such as `10m`.' })),
    network_mode: Type.Union([Type.Literal('default'), Type.Literal('none'), Type.Literal('host')], {
      default: 'default',
      description:
        '`default` reaches the outside, as a container of `docker run` does; `none` reaches nothing. `host` is refused.',
    }),
    mounts: Type.Optional(
      Type.Array(Type.Unknown(), { description: 'Folders of the host. Refused: the workspace is at `/workspace`.' }),
    ),
    memory_limit: Type.Optional(ByteSize({ description: 'The most memory the container may use, such as `512MiB`.' })),
    cpu_limit: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'CPUs, fractions allowed.' })),
  },
  closed,
);

export type DockerRunConfig = Static<typeof DockerRunConfig>;

/** What a container of a pipeline never gets, and names that are the platform's. */
export function* dockerRunProblems(config: DockerRunConfig): Generator<Problem> {
  const { mounts = [], network_mode: network, env = {}, secret_files: files = {} } = config;
  if (mounts.length > 0)
    yield problem('mounts', 'no folder of the host may be mounted', 'Use the workspace, which is at /workspace.');
  if (network === 'host')
    yield problem(
      'network_mode',
      'no container may use the host’s network',
      'Use `default`, which reaches the outside.',
    );
  for (const [field, record] of Object.entries({ env, secret_files: files }))
    for (const name of Object.keys(record))
      if (name.startsWith('CICD_'))
        yield problem(
          `${field}.${name}`,
          `the variable ${name} is the platform's`,
          'Choose a name that does not begin with CICD_.',
        );
  for (const name of Object.keys(files))
    if (Object.hasOwn(env, name))
      yield problem(`secret_files.${name}`, `${name} is both in env and in secret_files`, 'Rename one of them.');
}

const problem = (path: string, message: string, hint: string): Problem => ({
  code: 'step.config_invalid',
  severity: 'error',
  message,
  hint,
  path,
});
