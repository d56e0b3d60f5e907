import { exitCode } from '../exit.ts';
import { localUser } from '../input/local-user.ts';
import { findRun, withData } from '../input/open-data.ts';

/** `cicd cancel RUN`: asks the process that drives it; when there is none, the run ends when it is resumed. */
export function cancel(named: string, options: { readonly dataDir?: string }): Promise<number> {
  return withData(options, async (platform) => {
    const { id } = await findRun(platform, named);
    const receiver = await platform.mailbox.post(id, { type: 'cancel', cause: 'user' }, localUser());
    process.stdout.write(
      receiver === 'driver'
        ? `asked the process that drives ${id} to end it\n`
        : `noted; nobody drives ${id}, so end it and clean up with: cicd resume ${id}\n`,
    );
    return exitCode.ok;
  });
}
