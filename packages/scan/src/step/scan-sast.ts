import { Type, type Static } from 'typebox';
import { defineStep, type Process, type StepContext } from '@cicd/plugin';
import { parseSeverity } from '../finding/severity.ts';
import { semgrepReader } from '../scanner/semgrep-reader.ts';
import { checkSandbox, finishScan } from './finish-scan.ts';
import { nothingScanned } from './follow-scanner.ts';
import { gatherKnowledge } from './gather-knowledge.ts';
import { closed, scanFields, scanOutputs, SeverityWord, WorkspacePath } from './scan-fields.ts';
import { checkScan } from './scan-settings.ts';
import { checkSource } from './source-files.ts';
import { startScanner } from './start-scanner.ts';

const ScanSastConfig = Type.Object(
  {
    scanner: Type.Literal('semgrep', { default: 'semgrep', description: 'The scanner.' }),
    image: Type.String({
      minLength: 1,
      default: 'semgrep/semgrep:1.182.0',
      description: 'The image of the scanner.',
    }),
    source_path: WorkspacePath('What is scanned.', { default: '/workspace' }),
    rules: Type.Array(Type.String({ pattern: '^(p/[A-Za-z0-9][A-Za-z0-9._-]*|/workspace(/.*)?)$' }), {
      minItems: 1,
      maxItems: 50,
      description: 'Rule packs that the platform keeps (`p/owasp-top-ten`), files and folders of the workspace.',
    }),
    exclude: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        maxItems: 200,
        description: 'Files and folders that are left out: `dist`, `*.min.js`.',
      }),
    ),
    fail_on_severity: SeverityWord('error'),
    ...scanFields,
  },
  closed,
);

type ScanSastConfig = Static<typeof ScanSastConfig>;

/** Where a scanner may write, and nothing that calls home. */
const environment = [
  'HOME=/tmp',
  'SEMGREP_SEND_METRICS=off',
  'SEMGREP_ENABLE_VERSION_CHECK=0',
  'PYTHONDONTWRITEBYTECODE=1',
];

const isPack = (rule: string): boolean => rule.startsWith('p/');

export const scanSast = defineStep({
  type: 'step.scan_sast',
  title: 'Scan source code',
  description: [
    'Runs Semgrep on source code, in a container without network and rights that can only read the workspace, and fails when it finds something of `fail_on_severity` or worse. The log shows the worst findings; the report has all.',
    'A scanner that crashes, has no rules or no files, or writes a report that is not whole fails the step: only a proven clean scan is one. Rule packs are those that the platform keeps; one that is missing fails at once. A mark in the code (`nosemgrep`) takes a finding out, and is listed.',
    'A severity is the rule’s `security-severity`, else its level: `error` is high, `warning` medium, `note` low.',
  ].join('\n\n'),
  category: 'scan',
  config: ScanSastConfig,
  outputs: scanOutputs,
  recovery: 'adopt',
  examples: [
    {
      title: 'Scan with rules of the repository',
      yaml: 'name: sast\ntype: step.scan_sast\nconfig:\n  rules: [/workspace/rules]\n  exclude: [dist]\n',
    },
    {
      title: 'Only what is new fails, and one rule is ignored until a day',
      yaml: "name: sast\ntype: step.scan_sast\nconfig:\n  rules: [p/owasp-top-ten]\n  fail_on_severity: medium\n  baseline: previous_execution\n  gate_on: new\n  ignore:\n    - { rule_id: js-eval, reason: a sandbox runs it, expires: '2099-01-31' }\n",
    },
  ],
  check: checkScan,
  async run(ctx) {
    checkSandbox(ctx);
    const { rules, source_path: source, image } = ctx.config;
    await checkSource(ctx, source);
    const packs = rules.filter(isPack);
    const inputs = packs.length > 0 ? await ctx.sandbox.inputs() : undefined;
    const wanted = packs.map((name) => ({ name, folder: `packs/${name.slice(2)}` }));
    const knowledge = inputs ? await gatherKnowledge(ctx, inputs, wanted) : [];
    await ctx.checkpoint.set({ knowledge: knowledge.map((each) => ({ ...each })) });
    return finish(ctx, await startScanner(ctx, { image, command: commandOf(ctx.config), ...(inputs && { inputs }) }));
  },
  // The container of a former life is found again, and its report is read from the first byte.
  async resume(ctx) {
    return finish(ctx, await startScanner(ctx, { image: ctx.config.image, command: commandOf(ctx.config) }));
  },
});

function commandOf({ rules, exclude = [], source_path: source }: ScanSastConfig): [string, ...string[]] {
  const places = rules.map((rule) => (isPack(rule) ? `/inputs/packs/${rule.slice(2)}` : rule));
  return [
    'env',
    ...environment,
    'semgrep',
    'scan',
    '--sarif',
    '--metrics=off',
    '--disable-version-check',
    // What git ignores is built and shipped as well.
    '--no-git-ignore',
    ...places.map((place) => `--config=${place}`),
    ...exclude.map((pattern) => `--exclude=${pattern}`),
    source,
  ];
}

function finish(ctx: StepContext<ScanSastConfig>, process: Process) {
  return finishScan(ctx, process, {
    reader: semgrepReader,
    threshold: parseSeverity(ctx.config.fail_on_severity) ?? 'high',
    surroundings: { root: '/workspace', rulePrefixes: rulePrefixes(ctx.config.rules) },
    checkInput,
  });
}

/** Semgrep puts the folders of a rule's file before its name; those that are ours say nothing to people. */
const rulePrefixes = (rules: readonly string[]): string[] => [
  ...rules.filter(isPack).map((rule) => `inputs.packs.${rule.slice(2)}.`),
  'workspace.',
];

/** The last line that Semgrep writes: `Ran 8 rules on 3 files: 10 findings.` */
function checkInput(said: string): void {
  const [, rules, files] = /Ran (\d+) rules? on (\d+) files?/.exec(said) ?? [];
  if (rules === undefined || files === undefined)
    throw nothingScanned(
      'semgrep did not say how much it has scanned',
      'Use an image of a version that ends with the line `Ran … rules on … files`, such as 1.182.0.',
    );
  if (Number(rules) === 0) throw nothingScanned('semgrep had no rules', 'Check `rules`.');
  if (Number(files) === 0)
    throw nothingScanned('semgrep found no file that its rules are for', 'Check source_path, exclude and rules.');
}
