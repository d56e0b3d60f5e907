import { Type, type Static } from 'typebox';
import {
  CicdError,
  Image,
  Ready,
  readyCheck,
  readyProblems,
  type Problem,
  type Process,
  type ServiceConfig,
  type ServiceOutput,
  type StepLog,
} from '@cicd/plugin';
import { closed } from '../schema/fields.ts';

/** Containers beside the commands. */
export const Services = Type.Array(
  Type.Object(
    {
      name: Type.String({
        pattern: '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$',
        description: 'The host name under which the commands reach it.',
      }),
      image: Image({ description: 'Its own program is run.' }),
      command: Type.Optional(
        Type.Array(Type.String(), { description: 'The arguments of that program. Default: the image’s.' }),
      ),
      env: Type.Optional(
        Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String(), {
          ...closed,
          description: 'Variables. They show in the container’s configuration, so no secret may stand here.',
        }),
      ),
      ready: Type.Optional(Ready),
    },
    closed,
  ),
  {
    maxItems: 16,
    description: 'Containers beside the commands, such as a database, for as long as the step runs.',
  },
);
type Services = Static<typeof Services>;

/** What the schema cannot say. */
export function* serviceProblems(services: Services = []): Generator<Problem> {
  const seen = new Set<string>();
  for (const [index, { name, ready }] of services.entries()) {
    if (seen.has(name))
      yield {
        code: 'step.config_invalid',
        severity: 'error',
        path: `services[${index}].name`,
        message: `there are two services ${name}`,
        hint: 'Give each a name of its own: it is their host name.',
      };
    seen.add(name);
    if (ready) yield* readyProblems(ready, `services[${index}].ready`);
  }
}

export const servicesOf = (services: Services): ServiceConfig[] =>
  services.map(({ ready, ...service }) => ({ ...service, ...(ready && { ready: readyCheck(ready) }) }));

/** Shows what the services of a step that failed have written last, each in a section of its own. */
export async function showServices(process: Process, log: StepLog): Promise<void> {
  for (const output of await process.serviceOutput()) await showService(output, log);
}

/** The same for one that kept the step from beginning: its error has the output. */
export async function showServiceOf(error: unknown, log: StepLog): Promise<void> {
  if (!CicdError.isInstance(error)) return;
  const { service, output } = error.details;
  if (typeof service === 'string' && typeof output === 'string')
    await showService({ name: service, text: output }, log);
}

async function showService({ name, text }: ServiceOutput, log: StepLog): Promise<void> {
  await log.section(`service ${name}`);
  if (text !== '') await log.write('stdout', Buffer.from(text));
}
