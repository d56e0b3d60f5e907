import type { ImageDetails } from '@cicd/plugin';
import type { EngineClient } from '../../engine/engine-client.ts';
import { unless } from '../../engine/engine-refusal.ts';

/** A reference may hold slashes and colons, which the engine takes as they are. */
export const imagePath = (reference: string): string =>
  `/images/${reference.split('/').map(encodeURIComponent).join('/')}`;

interface InspectedImage {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Size: number;
  readonly Os?: string;
  readonly Architecture?: string;
  readonly Config?: {
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly WorkingDir?: string;
  } | null;
}

export async function inspectImage(
  client: EngineClient,
  image: string,
  signal?: AbortSignal,
): Promise<ImageDetails | undefined> {
  const found = await unless([404], client.json<InspectedImage>('GET', `${imagePath(image)}/json`, { signal }));
  if (!found) return undefined;
  const { Config } = found;
  return {
    id: found.Id,
    tags: found.RepoTags ?? [],
    digests: found.RepoDigests ?? [],
    size: found.Size,
    platform: `${found.Os ?? 'linux'}/${found.Architecture ?? 'unknown'}`,
    labels: Config?.Labels ?? {},
    entrypoint: Config?.Entrypoint ?? [],
    command: Config?.Cmd ?? [],
    workDir: Config?.WorkingDir || '/',
  };
}
