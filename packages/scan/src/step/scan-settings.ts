import type { Problem } from '@cicd/plugin';
import { isDay, type Ignore } from '../gate/ignores.ts';

/** What every scan step's configuration has, once it is validated. */
export interface ScanSettings {
  readonly output_format: 'sarif' | 'json';
  readonly artifacts_out?: { readonly key: string };
  readonly ignore?: readonly (Omit<Ignore, 'rule_id' | 'cve'> & Partial<Pick<Ignore, 'rule_id' | 'cve'>>)[];
  readonly baseline?: 'previous_execution';
  readonly gate_on: 'all' | 'new';
  readonly max_age?: string;
  readonly memory_limit: string | number;
  readonly cpu_limit?: number;
}

/** What the schema cannot say. */
export function checkScan({ ignore = [], baseline, gate_on: gateOn }: ScanSettings): Problem[] {
  const problems: Problem[] = [];
  for (const [index, { rule_id: rule, cve, expires }] of ignore.entries()) {
    if ((rule === undefined) === (cve === undefined))
      problems.push(
        problem(
          `ignore[${index}]`,
          'an entry of ignore names one rule or one weakness',
          'Give rule_id or cve, and not both.',
        ),
      );
    if (!expires.includes('{{') && !isDay(expires))
      problems.push(
        problem(`ignore[${index}].expires`, `there is no day ${expires}`, 'Write a day such as 2027-01-31.'),
      );
  }
  if (gateOn === 'new' && baseline === undefined)
    problems.push(
      problem('gate_on', 'nothing is new without a baseline', 'Add `baseline: previous_execution`, or remove gate_on.'),
    );
  return problems;
}

export const problem = (path: string, message: string, hint: string): Problem => ({
  code: 'step.config_invalid',
  severity: 'error',
  message,
  hint,
  path,
});
