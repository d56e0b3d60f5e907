import { Type, type Static } from 'typebox';
import { CicdError, defineStep, StepFailure, type Json, type StepContext, type StepResult } from '@cicd/plugin';
import { attemptId } from './attempt-id.ts';
import { namedOutside } from './outside-name.ts';
import { closed } from './schema/fields.ts';

const config = Type.Object(
  {
    topic: Type.String({
      pattern: '^[A-Za-z0-9_][A-Za-z0-9._/-]*$',
      maxLength: 255,
      description: 'What the message is about: `orders/created`.',
    }),
    payload: Type.Unknown({ default: null, description: 'What it says, any value.' }),
    broker: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Who takes it, by name. Default: the first broker that is set up, which is `memory` when no other is.',
      }),
    ),
  },
  closed,
);

export const publish = defineStep({
  type: 'step.publish',
  title: 'Publish a message',
  description: `Hands a message to a broker. Who gets it depends on the broker:

- \`memory\` is always there. It tells the listeners **in the process that runs the step**, at that moment: those that the embedding program has subscribed (\`platform.events.subscribe\`). Nobody else hears of it, nothing is kept, and that nobody listens is no error. In \`cicd run\` nobody listens.
- Any other broker is given to the platform by the program that embeds it. The step succeeds when the broker has taken the message; what happens then is the broker's.

A message has an \`id\`, \`topic\`, \`payload\`, the time, and the run, pipeline and step that it comes from.`,
  category: 'general',
  config,
  outputs: Type.Object(
    {
      id: Type.String({ description: 'The id of the message.' }),
      broker: Type.String({ description: 'Who took it.' }),
    },
    closed,
  ),
  recovery: 'reconcile',
  afterCrash:
    'It is published again with the same `id`: a broker may get it twice, never not at all, and whoever must act only once drops an `id` that it has seen.',
  examples: [
    {
      title: 'Say that a release is out',
      yaml: 'name: announce\ntype: step.publish\nconfig:\n  topic: releases/published\n  payload: { version: 1.4.0, regions: [eu, us] }\n',
    },
  ],
  run: send,
  resume: (ctx) => send(ctx),
});

async function send(ctx: StepContext<Static<typeof config>>): Promise<StepResult> {
  const { topic, payload, broker: wanted } = ctx.config;
  const name = wanted ?? ctx.brokers.keys().next().value ?? 'memory';
  const broker = namedOutside(ctx.brokers, name, {
    what: 'broker',
    code: 'event.broker_unknown',
    hint: 'The program that embeds the platform sets them up.',
  });
  const id = attemptId(ctx);
  const source = { run: ctx.run.id, pipeline: ctx.run.pipeline, step: ctx.step.key };
  try {
    await broker.publish({ id, topic, payload: payload as Json, at: ctx.clock.now(), source }, { signal: ctx.signal });
  } catch (cause) {
    ctx.signal.throwIfAborted();
    if (CicdError.isInstance(cause)) throw cause;
    throw new StepFailure({
      code: 'event.not_published',
      message: `${name} did not take the message: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Give the step a `retry`, if it may pass.',
      cause,
    });
  }
  return { outputs: { id, broker: name } };
}
