import { errorAt, foreignBraces, type Span, type TypedProblem, warningAt } from '../problem.ts';
import type { ExpressionProblem } from '../scope.ts';
import { type ExpressionSegment, scanTemplate } from '../template-scanner.ts';
import { type CommandText, commandText } from './command-text.ts';
import type { Place, Refusal } from './place.ts';
import { readShell } from './shell-lexer.ts';
import { type CommandFinding, inspectCommand } from './simple-command.ts';

export interface RewrittenCommand {
  /** The command with references in place of templates; escaped braces have become `{{`. */
  readonly text: string;
  /** Variable name → template, `{{ … }}`, to be resolved as text. */
  readonly variables: Readonly<Record<string, string>>;
  /** Places count in the command as written. With an error the text must not be run. */
  readonly problems: readonly ExpressionProblem[];
}

/**
 * Puts a reference to an environment variable in the place of each template of a shell command, so that a value
 * never becomes code, whatever it holds: `"$CICD_V1"` outside quotes, `${CICD_V1}` inside double quotes and unquoted
 * here-documents. Every other place is an error. Variables are numbered from `firstIndex`; the same expression
 * shares one. The command is read as sh and bash read it, and must be complete by itself.
 */
export function rewriteCommand(text: string, firstIndex: number): RewrittenCommand {
  const scan = scanTemplate(text);
  if ('problem' in scan) return { text, variables: {}, problems: [scan.problem] };
  const command = commandText(scan.segments, text.length);
  const reading = readShell(command);
  const names = nameVariables(command, firstIndex);
  const findings = reading.commands.flatMap(inspectCommand);
  const problems = [
    ...[...command.templates].flatMap(([unit, template]) => placeProblem(template, reading.places.get(unit))),
    ...findings.flatMap((finding) => findingProblem(finding, command)),
    ...(reading.unterminated === undefined ? [] : [unterminatedProblem(reading.unterminated, command)]),
  ];
  const pieces = command.units.map((unit, index) => {
    const template = command.templates.get(index);
    return template === undefined ? unit : referenceTo(names.get(key(template)) ?? '', reading.places.get(index));
  });
  const variables = Object.fromEntries([...names].map(([expression, name]) => [name, `{{ ${expression} }}`]));
  return { text: pieces.join(''), variables, problems: problems.toSorted((one, other) => one.offset - other.offset) };
}

const key = (template: ExpressionSegment) => template.source.trim();

function nameVariables({ templates }: CommandText, firstIndex: number): Map<string, string> {
  const names = new Map<string, string>();
  for (const template of templates.values())
    if (!names.has(key(template))) names.set(key(template), `CICD_V${firstIndex + names.size}`);
  return names;
}

function referenceTo(name: string, place: Place | undefined): string {
  return place === 'unquoted' ? `"$${name}"` : `\${${name}}`;
}

const advice: Readonly<Record<Refusal, (template: string) => string>> = {
  'single quotes': (template) => `Leave the quotes for it: \`'…'"${template}"'…'\`, or use double quotes.`,
  'quoted here-document': (template) =>
    `Write the delimiter without quotes, or set a variable before: \`value=${template}\`.`,
  comment: () => 'Leave it out of the comment.',
  arithmetic: (template) => `Set a variable before, check it, and use that: \`count=${template}\`.`,
  backticks: (template) => `Write \`$( … ${template} … )\` instead of backticks.`,
  dollar: (template) => `Leave out the \`$\`: \`${template}\`.`,
  'parameter expansion': (template) => `Set a variable before, and use that: \`value=${template}\`.`,
  unclassified: (template) =>
    `Set a variable at the start of the command, \`value=${template}\`, and use "$value" here.`,
};

function placeProblem(template: ExpressionSegment, place: Place | undefined): TypedProblem[] {
  if (place === 'unquoted' || place === 'quoted') return [];
  const { refused, detail } = place ?? { refused: 'unclassified' as const };
  const written = `{{ ${key(template)} }}`;
  return [
    errorAt(
      spanOf(template),
      'expression.command_place',
      placeMessage(refused, detail),
      `${advice[refused](written)} ${foreignBraces}`,
    ),
  ];
}

function placeMessage(refused: Refusal, detail: string | undefined): string {
  if (refused === 'dollar') return 'A `$` before a template changes what the shell reads.';
  if (refused === 'unclassified')
    return `It is not certain how the shell reads this place${detail === undefined ? '' : `, after ${detail}`}.`;
  const where: Readonly<Partial<Record<Refusal, string>>> = {
    'quoted here-document': 'a here-document with a quoted delimiter',
    comment: 'a comment',
    'parameter expansion': 'this form of `${…}`',
  };
  return `The shell does not take a value safely inside ${where[refused] ?? refused}.`;
}

function findingProblem({ template, kind, by }: CommandFinding, command: CommandText): TypedProblem[] {
  const segment = command.templates.get(template);
  if (segment === undefined) return [];
  const written = `{{ ${key(segment)} }}`;
  const message = `\`${by}\` evaluates this value as code.`;
  if (kind === 'evaluated')
    return [
      warningAt(
        spanOf(segment),
        'expression.command_evaluated',
        message,
        `Hand it over as an argument: \`sh -c 'echo "$1"' sh ${written}\`.`,
      ),
    ];
  const hint = `Set a variable before and check it: \`value=${written}\`.`;
  return [errorAt(spanOf(segment), 'expression.command_evaluated', `In bash, ${message}`, hint)];
}

function unterminatedProblem({ what, unit }: { what: string; unit: number }, { offsets }: CommandText): TypedProblem {
  const span = { offset: offsets[unit] ?? 0, length: 1 };
  const hint = 'Close it in the same command; write several lines as one command with `|`.';
  return errorAt(span, 'expression.command_unterminated', `The command ends inside ${what}.`, hint);
}

function spanOf({ offset, end }: ExpressionSegment): Span {
  return { offset, length: end - offset };
}
