import { Type } from 'typebox';
import { defineStep } from '@cicd/plugin';
import { closed } from './schema/fields.ts';

export const log = defineStep({
  type: 'step.log',
  title: 'Write to the log',
  description:
    'Writes a message to the log of the run, line by line. `warn` and `error` stand out; none of them fails the step.',
  category: 'general',
  config: Type.Object(
    {
      message: Type.String({ description: 'What to write.' }),
      level: Type.Union([Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')], {
        default: 'info',
        description: 'How much it matters.',
      }),
    },
    closed,
  ),
  outputs: Type.Object({}, closed),
  recovery: 'repeat',
  examples: [
    {
      title: 'Say what happens',
      yaml: 'name: announce\ntype: step.log\nconfig:\n  message: The release is on its way\n',
    },
  ],
  async run(ctx) {
    const { message, level } = ctx.config;
    const stands = level === 'warn' || level === 'error';
    const prefix = level === 'debug' || level === 'error' ? `${level}: ` : '';
    for (const line of message.split(/\r?\n/)) {
      if (stands) await ctx.log.warn(prefix + line);
      else await ctx.log.info(prefix + line);
    }
    return { outputs: {} };
  },
});
