import { createSign, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { TokenSettings } from './token-settings.ts';

/*
 * Gives tokens for the registry that wants them, to whoever knows name and password: the server of the distribution's
 * token specification (https://distribution.github.io/distribution/spec/auth/token/), as a program of its own.
 */
const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as TokenSettings;
const key = readFileSync(settings.key, 'utf8');
const certificate = readFileSync(settings.certificate, 'utf8').replaceAll(/-----[A-Z ]+-----|\s/g, '');
const expected = `Basic ${Buffer.from(`${settings.username}:${settings.password}`).toString('base64')}`;

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** `repository:team/app:push,pull` → what it asks for. */
function accessOf(scope: string) {
  const parts = scope.split(':');
  return { type: parts[0], name: parts.slice(1, -1).join(':'), actions: (parts.at(-1) ?? '').split(',') };
}

function tokenFor(service: string, scopes: readonly string[]): string {
  const now = Math.floor(Date.now() / 1000);
  const signed = [
    encode({ typ: 'JWT', alg: 'RS256', x5c: [certificate] }),
    encode({
      iss: settings.issuer,
      sub: settings.username,
      aud: service,
      iat: now,
      nbf: now - 60,
      exp: now + 600,
      jti: randomUUID(),
      access: scopes.map(accessOf),
    }),
  ].join('.');
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  const isKnown = request.headers.authorization === expected;
  const scopes = searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
  const answer = isKnown
    ? { token: tokenFor(searchParams.get('service') ?? '', scopes), expires_in: 600 }
    : { errors: [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }] };
  response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}).listen(settings.port, '127.0.0.1');
