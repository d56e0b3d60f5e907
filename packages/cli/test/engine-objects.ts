import http from 'node:http';

/** One GET on the engine's socket. */
export function engineGet(socketPath: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = http.get({ socketPath, path }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
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
