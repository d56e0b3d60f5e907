import { Argument, Command, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { endWith } from './exit.ts';

const repeatable = (value: string, previous: readonly string[] = []) => [...previous, value];

const dataDirectory = () =>
  new Option('--data-dir <folder>', 'where runs, logs and artifacts are kept').env('CICD_DATA_DIR');
const asJson = () => new Option('--json', 'print one JSON object instead');
const inputs = () =>
  new Option('--input <NAME=VALUE>', 'an input of the pipeline; may be repeated').argParser(repeatable);
const secretFromElsewhere = () =>
  new Option(
    '--secret <NAME>',
    'a secret that comes from somewhere else than at the start; NAME=@file reads a file',
  ).argParser(repeatable);
const stepSelection = (flag: string, description: string) =>
  new Option(`--${flag} <step>`, `${description}; may be repeated`).argParser(repeatable);

/** The command tree. A command's code is loaded when it is called. */
export function program(): Command {
  const root = new Command('cicd')
    .description('Build, test, scan and deploy software from one YAML file.')
    .version(manifest.version, '-V, --version')
    .showHelpAfterError('(cicd --help shows what there is)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

  root
    .command('init')
    .description('write a first cicd.yaml that fits this folder')
    .action(async () => endWith((await import('./commands/init.ts')).init(process.cwd())));

  root
    .command('validate')
    .description('check a pipeline file and print every problem')
    .argument('[file]', 'default: cicd.yaml')
    .addOption(asJson())
    .action(async (file, options) => endWith((await import('./commands/validate.ts')).validate(file, options)));

  root
    .command('plan')
    .description('show what a run would do')
    .argument('[file]', 'default: cicd.yaml')
    .argument('[pipeline]', 'when the file holds several')
    .addOption(inputs())
    .option('--project <folder>', 'the folder whose files the run would see')
    .addOption(dataDirectory())
    .addOption(asJson())
    .action(async (file, pipeline, options) =>
      endWith((await import('./commands/plan.ts')).plan(file, pipeline, options)),
    );

  root
    .command('run')
    .description('run a pipeline here')
    .argument('[file]', 'default: cicd.yaml')
    .argument('[pipeline]', 'when the file holds several')
    .addOption(inputs())
    .addOption(
      new Option('--secret <NAME>', 'a secret, from the environment or asked for; NAME=@file reads a file').argParser(
        repeatable,
      ),
    )
    .addOption(
      new Option('--env <NAME>', 'let expressions read this variable of the environment').argParser(repeatable),
    )
    .option('--env-file <file>', 'variables that expressions may read, as NAME=VALUE lines')
    .addOption(stepSelection('only', 'run this step alone'))
    .addOption(stepSelection('from', 'run this step and what follows it'))
    .option('--project <folder>', 'the folder whose files the run sees')
    .addOption(
      new Option('--sandbox <kind>', 'where steps run').choices(['docker', 'process', 'auto']).default('docker'),
    )
    .addOption(
      new Option('--network <kind>', "containers on the engine's own network, or on one where none reaches another")
        .choices(['shared', 'private'])
        .default('shared')
        .env('CICD_NETWORK'),
    )
    .addOption(dataDirectory())
    .addOption(asJson())
    .action(async (file, pipeline, options) =>
      endWith((await import('./commands/run.ts')).run(file, pipeline, options)),
    );

  root
    .command('resume')
    .description('go on with a run whose process is gone')
    .argument('[run]', 'id, or the beginning of one; default: every run that did not come to its end')
    .addOption(secretFromElsewhere())
    .addOption(dataDirectory())
    .addOption(asJson())
    .action(async (run, options) => endWith((await import('./commands/resume.ts')).resume(run, options)));

  root
    .command('rerun')
    .description('run what failed of a run again, and what follows it')
    .argument('<run>', 'id, the beginning of one, or latest')
    .addOption(stepSelection('from', 'run this step again too, and what follows it'))
    .option('--whole', 'run every step again, in a new workspace')
    .option('--clean', 'begin with a new workspace, and run again what worked in it before')
    .option('--update', "lay today's files over the workspace, and go by the pipeline file as it is now")
    .addOption(secretFromElsewhere())
    .addOption(dataDirectory())
    .addOption(asJson())
    .action(async (run, options) => endWith((await import('./commands/rerun.ts')).rerun(run, options)));

  const secrets = root.command('secrets').description('the secrets of a project; their values are never shown');
  const ofProject = () =>
    new Option('--project <folder>', 'the folder of the project; default: the one that this folder is in');
  secrets
    .command('set')
    .description('set one: its value is read from a file, the standard input, or asked for')
    .argument('<name>', 'as pipelines name it: {{ secrets.NAME }}')
    .option('--from-file <file>', 'a file that holds the value; a newline at its end is left out')
    .addOption(ofProject())
    .addOption(dataDirectory())
    .action(async (name, options) => endWith((await import('./commands/secrets.ts')).setSecret(name, options)));
  secrets
    .command('list')
    .description('names, versions, and who changed them when')
    .addOption(ofProject())
    .addOption(dataDirectory())
    .addOption(asJson())
    .action(async (options) => endWith((await import('./commands/secrets.ts')).listSecrets(options)));
  secrets
    .command('remove')
    .description('remove one')
    .argument('<name>')
    .addOption(ofProject())
    .addOption(dataDirectory())
    .action(async (name, options) => endWith((await import('./commands/secrets.ts')).removeSecret(name, options)));
  secrets
    .command('rotate-key')
    .description('replace the key that wraps the secrets of all projects')
    .addOption(dataDirectory())
    .action(async (options) => endWith((await import('./commands/secrets.ts')).rotateKey(options)));

  const cache = root.command('cache').description('what the steps of a project keep between runs');
  cache
    .command('list')
    .description('keys, sizes and paths, last used first')
    .option('--all', 'of every project of the data folder')
    .addOption(ofProject())
    .addOption(dataDirectory())
    .addOption(asJson())
    .action(async (options) => endWith((await import('./commands/cache.ts')).listCaches(options)));
  cache
    .command('remove')
    .description('remove those whose key begins so, or all of them')
    .argument('[prefix]')
    .addOption(ofProject())
    .addOption(dataDirectory())
    .action(async (prefix, options) => endWith((await import('./commands/cache.ts')).removeCaches(prefix, options)));

  const token = root.command('token').description('tokens with which others may ask a server over this data folder');
  token
    .command('create')
    .description('make one, and print it: it is shown this once')
    .argument('<name>', 'who will use it: ci-bot')
    .addOption(
      new Option('--role <role>', 'what it may do').choices(['viewer', 'developer', 'admin']).default('viewer'),
    )
    .option('--project <folder>', 'the one project that it sees; default: every one')
    .option('--lifetime <duration>', 'how long it opens anything; at most 366 days', '2160h')
    .addOption(dataDirectory())
    .action(async (name, options) => endWith((await import('./commands/token.ts')).createToken(name, options)));
  token
    .command('list')
    .description('the tokens, without themselves')
    .addOption(dataDirectory())
    .addOption(asJson())
    .action(async (options) => endWith((await import('./commands/token.ts')).listTokens(options)));
  token
    .command('revoke')
    .description('from now on it opens nothing')
    .argument('<id>', 'as `cicd token list` shows it')
    .addOption(dataDirectory())
    .action(async (id, options) => endWith((await import('./commands/token.ts')).revokeToken(id, options)));

  root
    .command('shell')
    .description(
      "open a terminal where a step works: same image, workspace and environment; the run's workspace is kept",
    )
    .argument('<run>', 'id, the beginning of one, or latest')
    .argument('<step>', 'a step (test), a matrix member (test.0), or a step inside another (loop.3.test)')
    .option('-c, --command <command>', 'run this command without a terminal, and end with its exit code')
    .option('--with-secrets', 'give it the secrets that the step gets; that is recorded with the run')
    .addOption(secretFromElsewhere())
    .addOption(dataDirectory())
    .action(async (run, step, options) => endWith((await import('./commands/shell.ts')).shell(run, step, options)));

  root
    .command('cancel')
    .description('ask a run to end, wherever it is driven; twice ends always() steps too')
    .argument('<run>', 'id, the beginning of one, or latest')
    .addOption(dataDirectory())
    .action(async (run, options) => endWith((await import('./commands/cancel.ts')).cancel(run, options)));

  root
    .command('resolve')
    .description('say what became of a step whose end nobody saw')
    .argument('<run>', 'id, the beginning of one, or latest')
    .argument('<step>', 'a step (test), or a matrix member (test.0)')
    .addArgument(
      new Argument('<outcome>', 'again: it had no effect, start it once more').choices([
        'succeeded',
        'failed',
        'again',
      ]),
    )
    .addOption(dataDirectory())
    .action(async (run, step, outcome, options) =>
      endWith((await import('./commands/resolve.ts')).resolve(run, step, outcome, options)),
    );

  root
    .command('runs')
    .description('list the runs, newest first')
    .option('--limit <count>', 'how many', '20')
    .addOption(dataDirectory())
    .addOption(asJson())
    .action(async (options) => endWith((await import('./commands/runs.ts')).runs(options)));

  root
    .command('logs')
    .description('print the log of a run, or of one step as it was')
    .argument('<run>', 'id, the beginning of one, or latest')
    .option('--step <step>', 'a step (test), or a matrix member (test.0)')
    .option('--attempt <number>', 'default: the last one')
    .option('-f, --follow', 'go on while the step writes')
    .addOption(dataDirectory())
    .action(async (run, options) => endWith((await import('./commands/logs.ts')).logs(run, options)));

  root
    .command('artifacts')
    .description('list the artifacts of a run, or get one')
    .argument('<run>', 'id, the beginning of one, or latest')
    .argument('[key]', 'which one to get')
    .option('--output <file>', 'where to write it; default: standard output when that is no terminal, else its name')
    .addOption(dataDirectory())
    .addOption(asJson())
    .action(async (run, key, options) =>
      endWith((await import('./commands/artifacts.ts')).artifacts(run, key, options)),
    );

  root
    .command('approvals')
    .description('list what waits for an approval')
    .addOption(dataDirectory())
    .addOption(asJson())
    .action(async (options) => endWith((await import('./commands/approvals.ts')).approvals(options)));

  for (const verdict of ['approve', 'reject'] as const) {
    root
      .command(verdict)
      .description(`${verdict} what a run waits for`)
      .argument('<run>', 'id, the beginning of one, or latest')
      .argument('[step]', 'when several wait')
      .option('--comment <text>', 'why; kept with the run, without its secrets')
      .addOption(secretFromElsewhere())
      .addOption(dataDirectory())
      .action(async (run, step, options) =>
        endWith((await import('./commands/decide.ts')).decide(verdict, run, step, options)),
      );
  }

  root
    .command('schema')
    .description('print the JSON Schema of pipeline files, for editors')
    .action(async () => endWith((await import('./commands/schema.ts')).schema()));

  root
    .command('doctor')
    .description('see whether this machine has what runs need')
    .option('--same-instance', 'the data folder was moved: what it has on the container engine is still its own')
    .option('--new-instance', 'the data folder is a copy: what the other one has on the engine is not its own')
    .addOption(dataDirectory())
    .action(async (options) => endWith((await import('./commands/doctor.ts')).doctor(options)));

  root
    .command('completion')
    .description('print a completion script: source <(cicd completion bash)')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell) => endWith((await import('./commands/completion.ts')).completion(shell, root)));

  return root;
}
