import type { Static } from 'typebox';
import type { Problem } from '@cicd/plugin';
import type { GateConfig } from './gate-config.ts';

/** As written: defaults are not filled in, and texts may hold templates. */
type Written = Partial<Omit<GateConfig, 'schedule'>> & { readonly schedule?: Partial<GateConfig['schedule'] & object> };

/** What the schema cannot say about a gate. */
export function checkGate(written: Static<typeof GateConfig>): readonly Problem[] {
  const gate: Written = written;
  return [...checkType(gate), ...checkApprovals(gate), ...checkSchedule(gate)];
}

const problem = (path: string, message: string, hint: string): Problem => ({
  code: 'step.config_invalid',
  severity: 'error',
  path,
  message,
  hint,
});

function checkType({ type = 'manual', schedule, auto_approve_conditions: conditions = [] }: Written): Problem[] {
  if (type === 'automated' && conditions.length === 0)
    return [
      problem(
        'type',
        'an automated gate is decided by `auto_approve_conditions`, and there are none',
        'Add conditions, or write `type: manual`.',
      ),
    ];
  if (type === 'scheduled' && !schedule)
    return [problem('type', 'a scheduled gate needs `schedule`', 'Add its weekdays, hours and time zone.')];
  if (type !== 'scheduled' && schedule)
    return [
      problem(
        'schedule',
        `${type === 'manual' ? 'a' : 'an'} ${type} gate has no \`schedule\``,
        'Write `type: scheduled`.',
      ),
    ];
  return [];
}

function checkApprovals(gate: Written): Problem[] {
  const { type = 'manual', approvers = [], required_approvals: required = 1, on_timeout: onTimeout } = gate;
  if (type !== 'manual') {
    const meaningless = {
      approvers: approvers.length > 0,
      required_approvals: required > 1,
      on_timeout: onTimeout === 'approve' && type === 'automated',
    };
    return Object.entries(meaningless)
      .filter(([, isWritten]) => isWritten)
      .map(([key]) =>
        problem(
          key,
          `\`${key}\` has no meaning for ${type === 'automated' ? 'an automated' : 'a scheduled'} gate: it asks nobody`,
          'Remove it, or write `type: manual`.',
        ),
      );
  }
  if (approvers.length > 0 && required > approvers.length)
    return [
      problem(
        'required_approvals',
        `${required} approvals are required, and there ${approvers.length === 1 ? 'is one approver' : `are ${approvers.length} approvers`}`,
        'Name more approvers, or require fewer.',
      ),
    ];
  return [];
}

function checkSchedule({ schedule }: Written): Problem[] {
  if (!schedule) return [];
  const { start_hour: start = 0, end_hour: end = 24, timezone = 'UTC' } = schedule;
  return [
    ...(start === end
      ? [problem('schedule.end_hour', 'the window closes when it opens', 'Write 0 and 24 for the whole day.')]
      : []),
    ...(timezone.includes('{{') || isTimezone(timezone)
      ? []
      : [
          problem(
            'schedule.timezone',
            `\`${timezone}\` is no time zone that is known here`,
            'Write an IANA name such as Europe/Berlin, America/New_York or UTC.',
          ),
        ]),
  ];
}

/** Asked of the JavaScript engine, whose time zones are those of the IANA. */
export function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
