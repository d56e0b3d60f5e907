import http from 'node:http';

/** One call on the engine's socket; its answer as text. */
export function engineCall(method: string, socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request({ method, socketPath, path }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}

export const engineGet = async (socketPath: string, path: string): Promise<unknown> =>
  JSON.parse(await engineCall('GET', socketPath, path));

/** The steps whose containers an instance has started since then (milliseconds since the epoch), in order. */
export async function startedContainers(socketPath: string, instance: string, since: number): Promise<string[]> {
  const filters = { type: ['container'], event: ['start'], label: [`cicd.instance=${instance}`] };
  const query = new URLSearchParams({
    since: (since / 1_000).toFixed(3),
    until: ((Date.now() + 1) / 1_000).toFixed(3),
    filters: JSON.stringify(filters),
  });
  const lines = await engineCall('GET', socketPath, `/events?${query.toString()}`);
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map(
      (line) => (JSON.parse(line) as { Actor: { Attributes: Record<string, string> } }).Actor.Attributes['cicd.step'],
    )
    .filter((step) => step !== undefined);
}

interface Listed {
  readonly containers: readonly { readonly Id: string; readonly Labels: Readonly<Record<string, string>> }[];
  readonly volumes: readonly unknown[];
  readonly networks: readonly unknown[];
}

/** Everything on the engine that carries an instance's label. */
export async function engineObjects(socketPath: string, instance: string): Promise<Listed> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`cicd.instance=${instance}`] }));
  const [containers, volumes, networks] = await Promise.all([
    engineGet(socketPath, `/containers/json?all=1&filters=${filters}`),
    engineGet(socketPath, `/volumes?filters=${filters}`),
    engineGet(socketPath, `/networks?filters=${filters}`),
  ]);
  return {
    containers: containers as Listed['containers'],
    volumes: (volumes as { Volumes: unknown[] | null }).Volumes ?? [],
    networks: networks as unknown[],
  };
}
