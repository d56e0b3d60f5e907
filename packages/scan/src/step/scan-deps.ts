import { Type, type Static } from 'typebox';
import { Readable } from 'node:stream';
import { defineStep, type Process, type StepContext } from '@cicd/plugin';
import { parseSeverity } from '../finding/severity.ts';
import { grypeReader } from '../scanner/grype-reader.ts';
import { checkSandbox, finishScan } from './finish-scan.ts';
import { gatherKnowledge } from './gather-knowledge.ts';
import { putFile } from './put-file.ts';
import { closed, scanFields, scanOutputs, SeverityWord, WorkspacePath } from './scan-fields.ts';
import { checkScan } from './scan-settings.ts';
import { checkSource } from './source-files.ts';
import { startScanner } from './start-scanner.ts';

const ScanDepsConfig = Type.Object(
  {
    scanner: Type.Literal('grype', { default: 'grype', description: 'The scanner.' }),
    image: Type.String({
      minLength: 1,
      default: 'anchore/grype:v0.121.2',
      description: 'The image of the scanner.',
    }),
    source_path: WorkspacePath('What is scanned.', { default: '/workspace' }),
    database: Type.Optional(
      WorkspacePath('A folder of the workspace with the scanner’s database. Default: the one that the platform keeps.'),
    ),
    fail_on_severity: SeverityWord('high'),
    ignore_unfixed: Type.Boolean({ default: false, description: 'Whether packages without a fix do not count.' }),
    ...scanFields,
  },
  closed,
);

type ScanDepsConfig = Static<typeof ScanDepsConfig>;

export const scanDeps = defineStep({
  type: 'step.scan_deps',
  title: 'Scan dependencies',
  description: [
    'Runs Grype on the packages that a folder of the workspace depends on, in a container without network and rights that can only read the workspace, and fails when it knows a weakness of `fail_on_severity` or worse in one of them.',
    'A scanner that crashes, has no files, or writes a report that is not whole fails the step: only a proven clean scan is one. The database is the one that the platform keeps, or one of the workspace; a missing one fails at once.',
  ].join('\n\n'),
  category: 'scan',
  config: ScanDepsConfig,
  outputs: scanOutputs,
  recovery: 'adopt',
  examples: [
    {
      title: 'Scan what the workspace depends on',
      yaml: 'name: dependencies\ntype: step.scan_deps\nconfig:\n  source_path: /workspace\n  fail_on_severity: high\n  ignore_unfixed: true\n',
    },
  ],
  check: checkScan,
  async run(ctx) {
    checkSandbox(ctx);
    const { source_path: source, database, image } = ctx.config;
    await checkSource(ctx, source);
    const inputs = await ctx.sandbox.inputs();
    const wanted = database === undefined ? [{ name: 'grype', folder: 'grype' }] : [];
    const knowledge = await gatherKnowledge(ctx, inputs, wanted);
    const settings = Buffer.from(settingsOf(database ?? '/inputs/grype'));
    await putFile(inputs, 'grype.yaml', settings.byteLength, Readable.from([settings]), ctx.signal);
    await ctx.checkpoint.set({ knowledge: knowledge.map((each) => ({ ...each })) });
    return finish(ctx, await startScanner(ctx, { image, command: commandOf(ctx.config), inputs }));
  },
  // The container of a former life is found again, and its report is read from the first byte.
  async resume(ctx) {
    return finish(ctx, await startScanner(ctx, { image: ctx.config.image, command: commandOf(ctx.config) }));
  },
});

const commandOf = ({ source_path: source }: ScanDepsConfig): [string, ...string[]] => [
  'grype',
  '--config=/inputs/grype.yaml',
  '--output=sarif',
  `dir:${source}`,
];

/** JSON is YAML. Nothing is fetched; how old the database is, is told in the log. */
const settingsOf = (database: string): string =>
  JSON.stringify({
    'check-for-app-update': false,
    db: { 'cache-dir': database, 'auto-update': false, 'validate-age': false, 'require-update-check': false },
  });

function finish(ctx: StepContext<ScanDepsConfig>, process: Process) {
  const { fail_on_severity: threshold, ignore_unfixed: ignoreUnfixed, source_path: source } = ctx.config;
  return finishScan(ctx, process, {
    reader: grypeReader,
    threshold: parseSeverity(threshold) ?? 'high',
    ignoreUnfixed,
    surroundings: { root: source },
  });
}
