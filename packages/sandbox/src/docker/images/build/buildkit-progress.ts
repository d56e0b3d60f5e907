import { instructionOf, type ImageBuildEvent } from '@cicd/plugin';
import type { ProgressMessage } from '../../../engine/progress-lines.ts';
import type { BuildProgress } from './build-progress.ts';
import { readTrace, type Vertex, type VertexLog } from './buildkit-trace.ts';

type State = (ImageBuildEvent & { kind: 'instruction' })['state'];

/** What BuildKit tells: each trace repeats what it has said before of the same work. */
export function buildkitProgress(): BuildProgress {
  const seen = new Map<string, Vertex>();
  const states = new Map<string, State>();
  let image: string | undefined;

  function* tell(vertex: Vertex): Generator<ImageBuildEvent> {
    seen.set(vertex.digest, vertex);
    const state = stateOf(vertex);
    const known = states.get(vertex.digest);
    // Said again, or begun again for something else that needs it.
    if (state === undefined || known === state || (known && state === 'started')) return;
    if (!instructionOf(vertex.name)) return;
    states.set(vertex.digest, state);
    const { started, completed } = vertex;
    yield {
      kind: 'instruction',
      id: vertex.digest,
      name: vertex.name,
      state,
      ...(started !== undefined && completed !== undefined && { duration: Math.round(completed - started) }),
    };
  }
  const output = ({ vertex, stream, data }: VertexLog): ImageBuildEvent => ({
    kind: 'output',
    id: vertex,
    name: seen.get(vertex)?.name ?? '',
    stream,
    data,
  });
  return {
    *read({ id, aux }: ProgressMessage) {
      if (id === 'moby.image.id') image = (aux as { readonly ID?: string }).ID;
      if (id !== 'moby.buildkit.trace') return;
      const { vertexes, logs } = readTrace(Buffer.from(String(aux), 'base64'));
      for (const vertex of vertexes) if (stateOf(vertex) === 'started') yield* tell(vertex);
      yield* logs.map(output);
      for (const vertex of vertexes) if (stateOf(vertex) !== 'started') yield* tell(vertex);
    },
    get image() {
      return image;
    },
    get cachedSteps() {
      return [...states].filter(([digest, state]) => state === 'cached' && !isBase(seen.get(digest))).length;
    },
    failed(words) {
      // Work beside it that was called off has an error too.
      const failed = [...seen.values()].filter(({ error }) => error !== '');
      const cause =
        failed.find(({ error }) => words.includes(error)) ?? failed.find(({ error }) => !/cancell?ed/.test(error));
      return cause && instructionOf(cause.name);
    },
  };
}

/** A base image is nothing that a build would perform. */
const isBase = (vertex: Vertex | undefined): boolean => /\] FROM /i.test(vertex?.name ?? '');

function stateOf({ cached, started, completed, error }: Vertex): State | undefined {
  if (cached) return 'cached';
  if (error !== '') return 'failed';
  if (completed !== undefined) return 'done';
  return started === undefined ? undefined : 'started';
}
