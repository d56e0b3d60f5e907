import type { SandboxEngine } from '@cicd/plugin';
import { engineCandidates, unavailable } from './discover-engine.ts';
import { showEngineAddress } from './engine-address.ts';
import { EngineClient } from './engine-client.ts';

/** Milliseconds an engine has to say who it is. */
const patience = 10_000;

export interface FoundEngine {
  readonly client: EngineClient;
  readonly engine: SandboxEngine;
}

interface Version {
  readonly Version?: string;
  readonly Components?: readonly { readonly Name?: string }[];
}

/** The first engine that answers. Errors: `sandbox.unavailable`, with what each address said. */
export async function findEngine(given: string | undefined, environment: NodeJS.ProcessEnv): Promise<FoundEngine> {
  const silent: string[] = [];
  let cause: unknown;
  for (const candidate of engineCandidates(given, environment)) {
    const client = new EngineClient(candidate);
    const address = showEngineAddress(candidate);
    try {
      return { client, engine: { ...(await askEngine(client)), address } };
    } catch (error) {
      client.close();
      cause = error;
      silent.push(`${address}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw unavailable(
    silent.length === 0 ? 'No container engine was found.' : `No container engine answers. ${silent.join(' ')}`,
    cause,
  );
}

export async function askEngine(client: EngineClient): Promise<Omit<SandboxEngine, 'address'>> {
  const answer = await client.json<Version>('GET', '/version', { signal: AbortSignal.timeout(patience) });
  const podman = answer.Components?.some(({ Name }) => Name?.startsWith('Podman'));
  return { name: podman ? 'podman' : 'docker', version: answer.Version ?? 'unknown' };
}
