import { Type, type Static } from 'typebox';
import {
  CicdError,
  defineStep,
  StepFailure,
  stepLost,
  type Json,
  type JsonObject,
  type Service,
  type StepContext,
  type StepResult,
} from '@cicd/plugin';
import { attemptId } from './attempt-id.ts';
import { namedOutside } from './outside-name.ts';
import { closed } from './schema/fields.ts';
import { compileJsonSchema } from './schema/json-schema.ts';

const config = Type.Object(
  {
    service: Type.String({ minLength: 1, maxLength: 255, description: 'Which service, by its name.' }),
    input: Type.Unknown({ default: null, description: 'What it is given; a service may say what it takes.' }),
  },
  closed,
);

type Context = StepContext<Static<typeof config>>;

export const delegate = defineStep({
  type: 'step.delegate',
  title: 'Call a service',
  description:
    'Calls a service that a plugin, or the program that embeds the platform, offers by name, and makes its answer an output. The command line offers none of its own. An input that does not fit what the service takes is refused before the call.',
  category: 'general',
  config,
  outputs: Type.Object({ result: Type.Unknown({ description: 'What the service answers.' }) }, closed),
  recovery: 'reconcile',
  afterCrash:
    'A service that says of itself that it may be called twice is called again with the same key. Of any other nobody can know how far it came: the step waits until a person decides.',
  examples: [
    {
      title: 'Ask for release notes',
      yaml: 'name: notes\ntype: step.delegate\nconfig:\n  service: release-notes\n  input: { version: 1.4.0 }\n',
    },
  ],
  run: call,
  async resume(ctx) {
    const service = serviceOf(ctx);
    if (!service.repeatable && (await ctx.checkpoint.get()) !== undefined)
      throw stepLost(`${service.name} was being called by ${ctx.step.key} when the process ended`);
    return call(ctx);
  },
});

const serviceOf = (ctx: Context): Service =>
  namedOutside(ctx.services, ctx.config.service, {
    what: 'service',
    code: 'service.unknown',
    hint: 'Plugins and the program that embeds the platform offer them.',
  });

async function call(ctx: Context): Promise<StepResult> {
  const service = serviceOf(ctx);
  const input = ctx.config.input as Json;
  await checkInput(service, input);
  if (!service.repeatable) await ctx.checkpoint.set({ called: true });
  try {
    const result = await service.call(input, { key: attemptId(ctx), run: ctx.run.id, signal: ctx.signal });
    return { outputs: { result } };
  } catch (cause) {
    ctx.signal.throwIfAborted();
    if (CicdError.isInstance(cause)) throw cause;
    throw new StepFailure({
      code: 'service.failed',
      message: `${service.name}: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}

async function checkInput(service: Service, input: Json): Promise<void> {
  if (!service.input) return;
  const check = await compileJsonSchema(service.input as unknown as JsonObject);
  const [mismatch] = check(input);
  if (!mismatch) return;
  throw new StepFailure({
    code: 'service.input_invalid',
    message: `${service.name} does not take this input: ${mismatch.place} ${mismatch.message}`.replaceAll(/ +/g, ' '),
    hint: service.description,
  });
}
