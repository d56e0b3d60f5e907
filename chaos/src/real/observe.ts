import { chooseSandbox, createPlatform } from '@cicd/platform';
import { attemptName, type Observation, type ObservedLog } from '../history/observation.ts';

export interface Place {
  readonly dataFolder: string;
  readonly sandbox: 'docker' | 'process';
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** All that is to be seen of a run when every process that drove it is gone. Removes what is left behind. */
export async function observe(run: string, { dataFolder, sandbox, env }: Place): Promise<Observation> {
  const platform = await createPlatform({ dataFolder });
  const { driver } = await chooseSandbox(sandbox, { dataFolder, env });
  try {
    const events = (await platform.runs.read(run)).map(({ event }) => event);
    const artifacts = await Promise.all(
      (await platform.artifacts.list(run)).map(async ({ key, producer }) => ({
        key,
        producer: producer ? attemptName(producer.step, producer.attempt) : '',
        content: await textOf((await platform.artifacts.get(run, key)).stream),
      })),
    );
    const effects =
      artifacts
        .find(({ key }) => key === 'effects')
        ?.content.trim()
        .split('\n') ?? [];
    const logs: ObservedLog[] = [];
    for (const event of events) {
      if (event.type !== 'step.started') continue;
      const { step, attempt } = event;
      if (!(await platform.logs.attempts(run, step)).includes(attempt)) continue;
      logs.push({ name: attemptName(step, attempt), text: await textOf(platform.logs.read({ run, step, attempt })) });
    }
    const messages = (await platform.runs.messages(run)).map(({ id }) => `message ${id}`);
    const claims = (await platform.runs.holder(run)) ? ['claim'] : [];
    return {
      events,
      effects: effects.map((name) => ({ kind: 'started', name })),
      logs,
      artifacts,
      left: [...messages, ...claims, ...(await driver.sweep(async (runs) => runs.filter((left) => left === run)))],
    };
  } finally {
    await platform.close();
    await driver.close();
  }
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}
