import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ask, expectDone } from '../engine/client.ts';
import { BED_LABEL, RECIPE_LABEL, recipeDigest, type ImageRecipe, type PresentImage } from './recipe.ts';

const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const IMPORT_MILLISECONDS = 300_000;

/** The image of this name, if the engine has it. */
export async function findImage(socketPath: string, name: string): Promise<PresentImage | undefined> {
  const answer = await ask(socketPath, { path: `/images/${name}/json` });
  if (answer.status === 404) return undefined;
  expectDone(answer, `inspect ${name}`);
  const { Config } = JSON.parse(answer.body) as { Config: { Labels: Record<string, string> | null } | null };
  return { labels: Config?.Labels ?? {} };
}

/** Makes one image of a folder's files, all owned by root, under every name of the recipe, marked with the bed. */
export async function importImage(
  socketPath: string,
  recipe: ImageRecipe,
  root: string,
  identity: string,
): Promise<void> {
  const [first, ...others] = recipe.names;
  const words = ['--create', '--numeric-owner', '--owner=0', '--group=0', '--directory', root, '.'];
  const archive = spawn('tar', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(archive, 'exit');
  const changes = [
    ...Object.entries({ PATH: SEARCH_PATH, ...recipe.environment }).map(([name, value]) => `ENV ${name}=${value}`),
    `CMD ${JSON.stringify(recipe.command)}`,
    `LABEL ${RECIPE_LABEL}=${recipeDigest(recipe)}`,
    `LABEL ${BED_LABEL}=${identity}`,
  ];
  const query = queryOf([pair('fromSrc', '-'), pair('repo', first), ...changes.map((each) => pair('changes', each))]);
  const request = {
    method: 'POST',
    path: `/images/create?${query}`,
    body: archive.stdout,
    patience: IMPORT_MILLISECONDS,
  } as const;
  expectDone(await ask(socketPath, request), `import ${first}`);
  const [exitCode] = (await ended) as [number | null];
  if (exitCode !== 0) throw new Error(`tar of ${first} ended with ${exitCode}`);
  for (const name of others) {
    const path = `/images/${first}/tag?${queryOf(named(name))}`;
    expectDone(await ask(socketPath, { method: 'POST', path }), `tag ${name}`);
  }
}

/** Removes an image that this bed built; others are not ours to remove. */
export async function removeBuiltImage(socketPath: string, name: string, identity: string): Promise<void> {
  const image = await findImage(socketPath, name);
  if (image?.labels[BED_LABEL] !== identity) return;
  expectDone(await ask(socketPath, { method: 'DELETE', path: `/images/${name}?force=1` }), `remove ${name}`);
}

type Pair = [name: string, value: string];

const pair = (name: string, value: string): Pair => [name, value];
const queryOf = (pairs: readonly Pair[]) => new URLSearchParams([...pairs]).toString();

function named(name: string): Pair[] {
  const [repository = '', tag = 'latest'] = name.split(':');
  return [
    ['repo', repository],
    ['tag', tag],
  ];
}
