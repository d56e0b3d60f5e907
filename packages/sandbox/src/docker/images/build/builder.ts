import type { EngineClient } from '../../../engine/engine-client.ts';

export interface Builder {
  readonly kind: 'buildkit' | 'classic';
  /** What it builds for: `linux/amd64`. */
  readonly platform: string;
}

/** Since 18.09, whose API is 1.39. */
const firstWithBuildKit = [1, 39] as const;

/**
 * The builder of an engine. Docker has BuildKit on Linux, whether or not it is the one that its own command takes
 * (`Builder-Version`); Podman answers the same API with a builder of its own. https://docs.docker.com/build/buildkit/
 */
export async function findBuilder(client: EngineClient): Promise<Builder> {
  const [ping, version] = await Promise.all([
    client.done('GET', '/_ping'),
    client.json<{ readonly Os?: string; readonly Arch?: string }>('GET', '/version'),
  ]);
  const [major = 0, minor = 0] = String(ping['api-version']).split('.').map(Number);
  const isRecent = major > firstWithBuildKit[0] || minor >= firstWithBuildKit[1];
  const isPodman = ping['libpod-api-version'] !== undefined;
  return {
    kind: isRecent && !isPodman && ping['ostype'] === 'linux' ? 'buildkit' : 'classic',
    platform: `${version.Os ?? 'linux'}/${version.Arch ?? 'amd64'}`,
  };
}
