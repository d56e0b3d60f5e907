import { exitCode } from '../exit.ts';
import { localUser } from '../input/local-user.ts';
import { findRun, withData } from '../input/open-data.ts';

/** `cicd resolve RUN STEP OUTCOME`: what a person found out about a step whose end nobody saw. */
export function resolve(
  named: string,
  step: string,
  outcome: 'succeeded' | 'failed' | 'again',
  options: { readonly dataDir?: string },
): Promise<number> {
  return withData(options, async (platform) => {
    const { id } = await findRun(platform, named);
    const receiver = await platform.mailbox.post(id, { type: 'resolve', step, outcome }, localUser());
    process.stdout.write(
      receiver === 'driver'
        ? `told the process that drives ${id}\n`
        : `noted; nobody drives ${id}, go on with: cicd resume ${id}\n`,
    );
    return exitCode.ok;
  });
}
