import { open } from 'node:fs/promises';
import { parsePipelineFile, type ParsedPipelineFile } from '@cicd/engine';
import type { StepRegistry } from '@cicd/plugin';

/** One byte more than the checker accepts: it then says so, with its own code. */
const readAtMost = 1024 * 1024 + 1;

/** Reads and checks a pipeline file; never more of it than the checker accepts. */
export async function loadPipelineFile(file: string, steps: StepRegistry, shownAs = file): Promise<ParsedPipelineFile> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(readAtMost), length: readAtMost });
    return parsePipelineFile(buffer.toString('utf8', 0, bytesRead), { file: shownAs, registry: steps });
  } finally {
    await handle.close();
  }
}
