import { instructionOf, type ImageBuildEvent } from '@cicd/plugin';
import type { BuildProgress } from './build-progress.ts';

const stepLine = /^Step (\d+\/\d+) : (.*)$/s;
const imageId = /^sha256:[0-9a-f]{64}$/;

/** What the classic builder tells: lines for people. It has no stages to name, and mixes the streams of a command. */
export function classicProgress(): BuildProgress {
  let name = '';
  let isCached = false;
  let cachedSteps = 0;
  let image: string | undefined;

  function* end(): Generator<ImageBuildEvent> {
    if (name === '') return;
    if (isCached) cachedSteps += 1;
    yield { kind: 'instruction', id: name, name, state: isCached ? 'cached' : 'done' };
    isCached = false;
  }
  return {
    *read({ stream, aux }) {
      const id = (aux as { readonly ID?: string } | undefined)?.ID;
      if (id !== undefined && imageId.test(id)) image = id;
      if (stream === undefined) return;
      const [, position, instruction = ''] = stepLine.exec(stream.trimEnd()) ?? [];
      if (position !== undefined) {
        yield* end();
        name = `[${position}] ${instruction}`;
        yield { kind: 'instruction', id: name, name, state: 'started' };
      } else if (stream.startsWith(' ---> Using cache')) isCached = true;
      else if (stream.startsWith('Successfully built')) {
        yield* end();
        name = '';
      } else if (name !== '' && !/^( ---> |Removing intermediate container |\n$)/.test(stream))
        yield { kind: 'output', id: name, name, stream: 'stdout', data: Buffer.from(stream) };
    },
    get image() {
      return image;
    },
    get cachedSteps() {
      return cachedSteps;
    },
    failed: () => instructionOf(name),
  };
}
