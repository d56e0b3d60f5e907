import { Type, type Static } from 'typebox';
import { Condition, Duration } from '@cicd/plugin';
import { closed } from '../schema/fields.ts';
import { Weekday } from './weekdays.ts';

const Schedule = Type.Object(
  {
    weekdays: Type.Array(Weekday, {
      minItems: 1,
      uniqueItems: true,
      default: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      description: 'Days on which the window opens. Default: every day.',
    }),
    start_hour: Type.Integer({ minimum: 0, maximum: 23, default: 0, description: 'When it opens, 0 to 23.' }),
    end_hour: Type.Integer({
      minimum: 0,
      maximum: 24,
      default: 24,
      description: 'When it closes, up to 24; below `start_hour` it is an hour of the next day.',
    }),
    timezone: Type.String({
      default: 'UTC',
      maxLength: 64,
      description: 'An IANA time zone such as `Europe/Berlin`; its summer time is followed.',
    }),
  },
  closed,
);

export const GateConfig = Type.Object(
  {
    type: Type.Enum(['manual', 'automated', 'scheduled'], {
      default: 'manual',
      description:
        '`manual` asks people; `automated` asks the conditions alone; `scheduled` waits for a window of the week.',
    }),
    approvers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 254 }), {
        uniqueItems: true,
        maxItems: 100,
        description: 'Who may decide. Default: whoever may decide in this project.',
      }),
    ),
    required_approvals: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 1,
      description: 'How many approvals it takes. One rejection ends the gate.',
    }),
    timeout: Type.Optional(
      Duration({
        description:
          'How long it waits. Default `24h`; a scheduled gate without one waits for its window, however far that is.',
      }),
    ),
    on_timeout: Type.Enum(['reject', 'approve'], {
      default: 'reject',
      description: 'What becomes of a gate that nobody decided in time.',
    }),
    auto_approve_conditions: Type.Optional(
      Type.Array(Condition(), {
        maxItems: 50,
        description:
          'CEL, true or false. When all hold the gate opens at once, and nobody is asked. Only what the run records can be read: `steps`, `inputs`, `matrix`, `run`.',
      }),
    ),
    schedule: Type.Optional(
      Type.Object(Schedule.properties, { ...closed, description: 'The window of a scheduled gate.' }),
    ),
    message: Type.Optional(Type.String({ maxLength: 4_000, description: 'What the people who decide are shown.' })),
  },
  closed,
);

export type GateConfig = Static<typeof GateConfig>;
export type GateSchedule = Static<typeof Schedule>;
