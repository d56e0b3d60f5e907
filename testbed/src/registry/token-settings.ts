import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';

/** What the token server reads. */
export interface TokenSettings {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly issuer: string;
  /** PEM files. */
  readonly key: string;
  readonly certificate: string;
}

const issuer = 'test bed';

/** Makes a key with its certificate; returns the settings for both sides. */
export async function writeTokenSettings(
  bed: Bed,
  folder: string,
  { port, username, password }: Pick<TokenSettings, 'port' | 'username' | 'password'>,
) {
  const [key, certificate, file] = ['key.pem', 'certificate.pem', 'tokens.json'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate];
  await bed.run('openssl', ['req', '-x509', ...made, '-days', '3650', '-subj', '/CN=test bed']);
  const settings: TokenSettings = { port, username, password, issuer, key, certificate };
  writeFileSync(file, JSON.stringify(settings));
  const realm = `http://127.0.0.1:${port}/token`;
  return { file, registry: { realm, service: 'registry', issuer, rootcertbundle: certificate } };
}
