import { StepFailure, type ErrorCode } from '@cicd/plugin';

/**
 * What bears a name among what the operator has set up. `what`: `database`; `hint`: how one is set up.
 * Errors: `code`, with the names that there are.
 */
export function namedOutside<Thing>(
  things: ReadonlyMap<string, Thing>,
  name: string,
  { what, code, hint }: { readonly what: string; readonly code: ErrorCode; readonly hint: string },
): Thing {
  const found = things.get(name);
  if (found !== undefined) return found;
  const names = [...things.keys()];
  throw new StepFailure({
    code,
    message: `there is no ${what} \`${name}\``,
    hint: names.length === 0 ? `There is none at all. ${hint}` : `There is: ${names.join(', ')}. ${hint}`,
    details: { name, names },
  });
}
