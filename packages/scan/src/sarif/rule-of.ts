import { reportInvalid } from './report-invalid.ts';
import type { SarifResult, SarifRule, SarifRun } from './sarif-schema.ts';

export interface RuleOfResult {
  readonly id: string;
  /** Absent where the file describes no such rule. */
  readonly rule?: SarifRule;
}

/** Finds the rule of each result of a run. SARIF 2.1.0, 3.27.5 to 3.27.7 and 3.52. */
export function rulesOf(run: SarifRun): (result: SarifResult) => RuleOfResult {
  const extensions = run.tool.extensions ?? [];
  const byId = new Map<string, SarifRule>();
  for (const component of [run.tool.driver, ...extensions])
    for (const rule of component.rules ?? []) if (!byId.has(rule.id)) byId.set(rule.id, rule);

  return (result) => {
    const id = result.ruleId ?? result.rule?.id ?? undefined;
    const index = result.ruleIndex ?? result.rule?.index ?? -1;
    if (index < 0) {
      if (id === undefined || id === '') throw reportInvalid('has a result without a rule');
      return described(id, byId.get(id) ?? byId.get(id.replace(/\/[^/]*$/, '')));
    }
    const extension = result.rule?.toolComponent?.index ?? -1;
    const component = extension < 0 ? run.tool.driver : extensions[extension];
    const rule = component?.rules?.[index];
    if (!rule) throw reportInvalid(`has a result of rule ${index}, and describes no such rule`);
    // `CA1000/1` is a sub-rule of `CA1000`.
    if (id !== undefined && id !== rule.id && !id.startsWith(`${rule.id}/`))
      throw reportInvalid(`contradicts itself: a result is of rule ${id}, and of rule ${index}, which is ${rule.id}`);
    return described(id ?? rule.id, rule);
  };
}

const described = (id: string, rule: SarifRule | undefined): RuleOfResult => ({ id, ...(rule && { rule }) });
