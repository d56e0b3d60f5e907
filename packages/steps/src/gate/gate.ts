import { Type } from 'typebox';
import {
  defineStep,
  parseDuration,
  type JsonObject,
  type Judgement,
  type StepContext,
  type StepResult,
} from '@cicd/plugin';
import { closed as closedObject } from '../schema/fields.ts';
import { checkGate } from './check-gate.ts';
import { judgeConditions } from './conditions.ts';
import { GateConfig } from './gate-config.ts';
import { gateDescription, gateExamples } from './gate-documentation.ts';
import { keepNotes, readNotes, type GateNotes } from './gate-notes.ts';
import { closed, opened } from './gate-outcome.ts';

const defaultTimeout = '24h';

const conditionSchema = Type.Object(
  {
    expression: Type.String(),
    holds: Type.Boolean(),
    values: Type.Record(Type.String(), Type.Unknown()),
    trouble: Type.Optional(Type.String()),
  },
  closedObject,
);

export const gate = defineStep({
  type: 'step.gate',
  title: 'Wait for an approval',
  description: gateDescription,
  category: 'control',
  config: GateConfig,
  outputs: Type.Object(
    {
      approved: Type.Boolean({ description: 'Whether the gate opened.' }),
      decided_by: Type.Array(Type.String(), {
        description: 'Who decided; `local:NAME` for the user of a terminal. Empty when nobody was asked.',
      }),
      comment: Type.String({ description: 'What the last of them wrote; empty when nothing.' }),
      reason: Type.Enum(['approved', 'conditions', 'schedule', 'timeout', 'rejected'], {
        description: 'What decided the gate.',
      }),
      conditions: Type.Array(conditionSchema, {
        description: 'Each condition with `expression`, `holds`, the `values` it read and, if any, its `trouble`.',
      }),
    },
    closedObject,
  ),
  recovery: 'repeat',
  asksAgain: true,
  examples: gateExamples,
  check: checkGate,
  async run(ctx) {
    const { type, auto_approve_conditions: written = [], timeout } = ctx.config;
    const conditions = await judgeConditions(ctx, written);
    if (conditions.length > 0 && conditions.every(({ holds }) => holds)) return opened('conditions', conditions);
    if (type === 'automated') throw unmet(conditions);
    const limit = timeout ?? (type === 'manual' ? defaultTimeout : undefined);
    const notes = { conditions, ...(limit !== undefined && { givesUpAt: ctx.clock.now() + parseDuration(limit) }) };
    await keepNotes(ctx.checkpoint, notes);
    return type === 'manual' ? askPeople(ctx.config, notes) : await waitForWindow(ctx, notes);
  },
  async resume(ctx, { kind, value = {} }) {
    const notes = await readNotes(ctx.checkpoint);
    if (kind === 'decision') return decided(value, notes);
    return ctx.config.type === 'scheduled' ? waitForWindow(ctx, notes) : timedOut(ctx.config, notes);
  },
});

function askPeople(
  { approvers = [], required_approvals: required, message }: GateConfig,
  { conditions, givesUpAt = 0 }: GateNotes,
): StepResult {
  return {
    wait: {
      kind: 'approval',
      deadline: givesUpAt,
      approval: { approvers, required },
      data: shown(message, conditions),
    },
  };
}

/** Opens in the window; before it, waits for it, again and again where nobody was there to see it open. */
async function waitForWindow(ctx: StepContext<GateConfig>, notes: GateNotes): Promise<StepResult> {
  const { schedule, message } = ctx.config;
  const { conditions, givesUpAt = Infinity } = notes;
  const now = ctx.clock.now();
  // Only a gate that is scheduled needs a calendar.
  const { nextWindow } = await import('./window.ts');
  const window = schedule && nextWindow(schedule, now);
  if (window && window.opens <= now) return opened('schedule', conditions);
  if (now >= givesUpAt || !window) return timedOut(ctx.config, notes);
  return {
    wait: {
      kind: 'timer',
      deadline: Math.min(window.opens, givesUpAt),
      data: { ...shown(message, conditions), opens_at: new Date(window.opens).toISOString() },
    },
  };
}

const shown = (message: string | undefined, conditions: readonly Judgement[]) =>
  ({ ...(message !== undefined && { message }), conditions }) as unknown as JsonObject;

function decided(value: JsonObject, { conditions }: GateNotes): StepResult {
  const {
    approved,
    decided_by,
    comment = '',
  } = value as unknown as {
    readonly approved: boolean;
    readonly decided_by: readonly string[];
    readonly comment?: string;
  };
  if (approved) return opened('approved', conditions, { decided_by, comment });
  throw closed(
    'gate.rejected',
    `${decided_by.join(', ')} rejected it${comment === '' ? '' : `: ${comment}`}`,
    'Mend what they object to, then run it again.',
    { decided_by, comment, reason: 'rejected', conditions },
  );
}

function timedOut({ on_timeout: onTimeout }: GateConfig, { conditions }: GateNotes): StepResult {
  if (onTimeout === 'approve') return opened('timeout', conditions);
  throw closed('gate.timed_out', 'nobody decided in time', 'Run it again, or give it a longer `timeout`.', {
    decided_by: [],
    comment: '',
    reason: 'timeout',
    conditions,
  });
}

function unmet(conditions: readonly Judgement[]) {
  const failed = conditions.filter(({ holds }) => !holds);
  return closed(
    'gate.conditions_unmet',
    `${failed.length} of ${conditions.length} conditions do not hold: ${failed.map(({ expression }) => expression).join('; ')}`,
    'The log of the step shows each condition with the values it read.',
    { decided_by: [], comment: '', reason: 'conditions', conditions },
  );
}
