import type { Role } from '@cicd/platform';
import { parseDuration } from '@cicd/plugin';
import { exitCode } from '../exit.ts';
import { localUser } from '../input/local-user.ts';
import { withData } from '../input/open-data.ts';

interface TokenOptions {
  readonly dataDir?: string;
}

const person = () => ({ name: localUser(), origin: 'terminal' });

/** `cicd token create NAME`: the token is printed alone on standard output, once. */
export async function createToken(
  name: string,
  options: TokenOptions & { readonly role: Role; readonly project?: string; readonly lifetime: string },
): Promise<number> {
  const { role, project, lifetime } = options;
  const asked = { name, role, lifetime: parseDuration(lifetime), ...(project !== undefined && { project }) };
  return withData(options, async (platform) => {
    const { entry, text } = await platform.tokens.create(asked, person());
    process.stderr.write(`${entry.id}: a ${role} until ${entry.expiresAt}; this is the only time that it is shown\n`);
    process.stdout.write(`${text}\n`);
    return exitCode.ok;
  });
}

/** `cicd token list`. */
export function listTokens(options: TokenOptions & { readonly json?: boolean }): Promise<number> {
  return withData(options, async (platform) => {
    const tokens = await platform.tokens.list();
    if (options.json) process.stdout.write(`${JSON.stringify({ tokens })}\n`);
    else if (tokens.length === 0) process.stderr.write('there are no tokens; make one with: cicd token create NAME\n');
    for (const { id, name, role, project = 'every project', expiresAt, revokedAt } of options.json ? [] : tokens) {
      const state = revokedAt === undefined ? `until ${expiresAt}` : `revoked ${revokedAt}`;
      process.stdout.write(`${id}  ${name}  ${role}  ${project}  ${state}\n`);
    }
    return exitCode.ok;
  });
}

/** `cicd token revoke ID`. */
export function revokeToken(id: string, options: TokenOptions): Promise<number> {
  return withData(options, async (platform) => {
    await platform.tokens.revoke(id, person());
    process.stdout.write(`${id} opens nothing any more\n`);
    return exitCode.ok;
  });
}
