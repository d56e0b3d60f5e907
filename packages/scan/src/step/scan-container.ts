import { Type, type Static } from 'typebox';
import { defineStep, type Problem, type Process, type StepContext } from '@cicd/plugin';
import { parseSeverity } from '../finding/severity.ts';
import { trivyReader } from '../scanner/trivy-reader.ts';
import { checkSandbox, finishScan } from './finish-scan.ts';
import { nothingScanned } from './follow-scanner.ts';
import { gatherKnowledge } from './gather-knowledge.ts';
import { putFile } from './put-file.ts';
import { exportedImage, storedImage } from './image-archive.ts';
import { closed, scanFields, scanOutputs, SeverityWord, WorkspacePath } from './scan-fields.ts';
import { checkScan, problem } from './scan-settings.ts';
import { startScanner } from './start-scanner.ts';

const ScanContainerConfig = Type.Object(
  {
    scanner: Type.Literal('trivy', { default: 'trivy', description: 'The scanner.' }),
    scanner_image: Type.String({
      minLength: 1,
      default: 'aquasec/trivy:0.76.0',
      description: 'The image of the scanner.',
    }),
    image: Type.Optional(Type.String({ minLength: 1, description: 'The image that is scanned. This, or `archive`.' })),
    archive: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description: 'The key of an artifact that holds an image as `docker save` writes it. This, or `image`.',
      }),
    ),
    database: Type.Optional(
      WorkspacePath('A folder of the workspace with the scanner’s database. Default: the one that the platform keeps.'),
    ),
    severity_threshold: SeverityWord('HIGH'),
    ignore_unfixed: Type.Boolean({ default: false, description: 'Whether packages without a fix do not count.' }),
    ...scanFields,
  },
  closed,
);

type ScanContainerConfig = Static<typeof ScanContainerConfig>;

const imageFile = '/inputs/image.tar';

export const scanContainer = defineStep({
  type: 'step.scan_container',
  title: 'Scan an image',
  description: [
    'Runs Trivy on a container image, in a container without network and rights, and fails when it knows a weakness of `severity_threshold` or worse in a package of the image. The engine’s socket is never mounted: the image reaches the scanner as a file.',
    'A scanner that crashes, finds no package to look at, or writes a report that is not whole fails the step: only a proven clean scan is one. The database is the one that the platform keeps, or one of the workspace; a missing one fails at once.',
  ].join('\n\n'),
  category: 'scan',
  config: ScanContainerConfig,
  outputs: scanOutputs,
  recovery: 'adopt',
  examples: [
    {
      title: 'Scan an image that an earlier step saved',
      yaml: 'name: image-scan\ntype: step.scan_container\nconfig:\n  archive: image.tar\n  severity_threshold: HIGH\n  ignore_unfixed: true\n',
    },
    {
      title: 'Scan an image that an earlier step built',
      yaml: 'name: image-scan\ntype: step.scan_container\nconfig:\n  image: shop:1.4\n  ignore_unfixed: true\n',
    },
  ],
  check: (config) => [...checkScan(config), ...checkTarget(config)],
  async run(ctx) {
    checkSandbox(ctx);
    const { archive, database, scanner_image: image } = ctx.config;
    const inputs = await ctx.sandbox.inputs();
    const wanted = database === undefined ? [{ name: 'trivy', folder: 'trivy' }] : [];
    const knowledge = await gatherKnowledge(ctx, inputs, wanted);
    const target =
      archive === undefined ? await exportedImage(ctx, ctx.config.image ?? '') : await storedImage(ctx, archive);
    await putFile(inputs, 'image.tar', target.size, target.stream, ctx.signal);
    await ctx.checkpoint.set({ knowledge: knowledge.map((each) => ({ ...each })) });
    return finish(ctx, await startScanner(ctx, { image, command: commandOf(ctx.config), inputs }));
  },
  // The container of a former life is found again, and its report is read from the first byte.
  async resume(ctx) {
    return finish(ctx, await startScanner(ctx, { image: ctx.config.scanner_image, command: commandOf(ctx.config) }));
  },
});

function checkTarget({ image, archive }: ScanContainerConfig): Problem[] {
  if ((image === undefined) !== (archive === undefined)) return [];
  return [problem('image', 'a scan is of one image', 'Give `image` or `archive`, and not both.')];
}

function commandOf({ database }: ScanContainerConfig): [string, ...string[]] {
  return [
    'trivy',
    'image',
    `--input=${imageFile}`,
    '--format=sarif',
    '--scanners=vuln',
    `--cache-dir=${database ?? '/inputs/trivy'}`,
    // What it works out of the layers; on a disk it would have to be written.
    '--cache-backend=memory',
    '--skip-db-update',
    '--skip-java-db-update',
    '--offline-scan',
    '--skip-version-check',
    '--no-progress',
  ];
}

function finish(ctx: StepContext<ScanContainerConfig>, process: Process) {
  const { severity_threshold: threshold, ignore_unfixed: ignoreUnfixed } = ctx.config;
  return finishScan(ctx, process, {
    reader: trivyReader,
    threshold: parseSeverity(threshold) ?? 'high',
    ignoreUnfixed,
    surroundings: { root: imageFile },
    checkInput,
  });
}

/** Trivy says which system it found, and how many lists of packages beside it. */
function checkInput(said: string): void {
  const system = /Detected OS\s+family="?([\w-]+)/.exec(said)?.[1] ?? 'none';
  const lists = Number(/Number of language-specific files\s+num=(\d+)/.exec(said)?.[1] ?? 0);
  if (system === 'none' && lists === 0)
    throw nothingScanned(
      'trivy found neither a system that it knows nor a list of packages in the image',
      'An image of one static program has none: scan what it is built from with step.scan_deps.',
    );
}
