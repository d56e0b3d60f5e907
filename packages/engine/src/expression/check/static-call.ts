import { functionNames, overloadsOf, signatureOf } from '../cel/functions.ts';
import type { ExpressionCode } from '../problem.ts';
import { fitting, resultOf, type StaticType } from './static-type.ts';
import { suggestion } from './suggestion.ts';

/** A call of a function, a method or an operator, with the types that are certain. */
export interface StaticCall {
  readonly name: string;
  readonly isMethod: boolean;
  readonly target: StaticType | undefined;
  readonly types: readonly (StaticType | undefined)[];
}

export interface CheckedCall {
  readonly type?: StaticType | undefined;
  readonly problem?: CallProblem | undefined;
}

interface CallProblem {
  readonly code: ExpressionCode;
  readonly message: string;
  readonly hint: string;
}

/** Whether a function exists, is called in one of its forms, and can take values of these types. */
export function checkCall(call: StaticCall): CheckedCall {
  const { name, isMethod, target, types } = call;
  const overloads = overloadsOf(name);
  if (overloads.length === 0) return unknownFunction(name);
  const callable = overloads.filter(
    (each) => (each.target !== undefined) === isMethod && each.arguments.length === types.length,
  );
  const forms = `Write ${[...new Set(overloads.map((each) => `\`${signatureOf(each)}\``))].join(' or ')}.`;
  if (callable.length === 0)
    return {
      problem: { code: 'expression.function_arguments', message: `\`${name}\` cannot be called so.`, hint: forms },
    };
  const matching = fitting(callable, target, types);
  return matching.length > 0
    ? { type: resultOf(matching) }
    : { type: resultOf(callable), problem: mismatch(call, forms) };
}

function mismatch({ name, isMethod, target, types }: StaticCall, forms: string): CallProblem {
  const given = [...(isMethod ? [target] : []), ...types].map((type) => type ?? 'any').join(', ');
  const isOperator = !/^[A-Za-z]\w*$/.test(name);
  const numbers = 'Numbers meet as the same kind: `double(…)` or `int(…)`; text is made with `string(…)`.';
  const shown = isOperator ? name.replaceAll(/[_@]/g, '') : name;
  const message = `\`${shown}\` cannot take (${given}).`;
  return { code: 'expression.type_mismatch', message, hint: isOperator ? numbers : forms };
}

function unknownFunction(name: string): CheckedCall {
  const hint = suggestion(name, functionNames, (near) => `${near}(…)`, '');
  return { problem: { code: 'expression.unknown_function', message: `There is no function \`${name}\`.`, hint } };
}
