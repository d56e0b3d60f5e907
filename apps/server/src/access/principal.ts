import type { Principal } from '@cicd/access';
import type { Platform } from '@cicd/platform';
import { ConfigError } from '@cicd/plugin';
import type { Request } from 'express';
import type { Route } from '../http/route.ts';

/** Who makes a request: by `Authorization: Bearer TOKEN`. Errors: `access.unauthenticated`. */
export async function principalOf(platform: Platform, route: Route, request: Request): Promise<Principal | undefined> {
  if (route.permission === 'public') return undefined;
  const [, text] = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '') ?? [];
  const who = text === undefined ? undefined : await platform.tokens.authenticate(text);
  if (who) return who;
  throw new ConfigError({
    code: 'access.unauthenticated',
    message: text === undefined ? 'this needs a token' : 'the token is unknown, expired or revoked',
    hint: 'Send `Authorization: Bearer TOKEN`; make one where the server runs: cicd token create NAME --role viewer',
  });
}

export const forbidden = ({ name, role }: Principal, { permission }: Route) =>
  new ConfigError({
    code: 'access.forbidden',
    message: `${name} is a ${role}, who may not do this (${permission})`,
    hint: 'Ask an admin for a token of another role.',
  });
