import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { EngineClient } from '../../engine/engine-client.ts';
import { EngineRefusal } from '../../engine/engine-refusal.ts';
import { pauseProgram } from './pause-program.ts';

const repository = 'cicd-pause';
const tag = createHash('sha256').update(pauseProgram).digest('hex').slice(0, 12);

/** The image of one small program that waits; the driver brings it along, so no registry is asked for it. */
export const pauseImage = `${repository}:${tag}`;
export const pauseCommand = '/pause';

/**
 * Creates a container of the pause image. The image is imported when the engine does not have it: that is seen by
 * the refusal, so that the usual case costs no question.
 */
export async function createPauseContainer(
  client: EngineClient,
  name: string,
  config: Record<string, unknown>,
): Promise<string> {
  const create = async (): Promise<string> => {
    const body = { Image: pauseImage, Entrypoint: [pauseCommand], Cmd: [], ...config };
    return (await client.json<{ Id: string }>('POST', '/containers/create', { query: { name }, body })).Id;
  };
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof EngineRefusal) || error.status !== 404) throw error;
    await importPauseImage(client);
    return create();
  }
}

/** The program is one for x86-64. */
export const isWrongProcessor = (error: unknown): boolean =>
  error instanceof EngineRefusal && /exec format error/i.test(error.answer);

async function importPauseImage(client: EngineClient): Promise<void> {
  const archive = pack();
  archive.entry({ name: pauseCommand.slice(1), mode: 0o755 }, pauseProgram);
  archive.finalize();
  const body = await buffer(archive);
  await client.told('POST', '/images/create', { query: { fromSrc: '-', repo: pauseImage }, archive: body });
}
