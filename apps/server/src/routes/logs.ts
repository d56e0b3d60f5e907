import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { defineRoute } from '../http/route.ts';
import { runId, runOfRequest } from './run-of-request.ts';

const params = Type.Object({
  id: runId,
  step: Type.String({
    maxLength: 512,
    description: 'The key of a step: `test`, `test.0`; `source` for the phase before.',
  }),
  attempt: Type.Integer({ minimum: 1 }),
});

export const logRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/runs/{id}/steps/{step}/attempts/{attempt}/log',
    operationId: 'getLog',
    summary: 'The log of an attempt as it was: bytes, or lines with time, stream and section.',
    permission: 'run.read',
    params,
    query: Type.Object(
      {
        from_byte: Type.Optional(Type.Integer({ minimum: 0, description: 'The text from this byte on.' })),
        from_line: Type.Optional(
          Type.Integer({ minimum: 1, description: 'One JSON object for each line, from this one on.' }),
        ),
      },
      { additionalProperties: false },
    ),
    answers: {
      200: { description: 'What is stored now. With `from_line`: `application/x-ndjson`.', mediaType: 'text/plain' },
      404: { description: 'There is no such run, or no such log: `run.not_found`, `log.not_found`.' },
    },
    async handle(request) {
      const { step, attempt } = request.params;
      const { id } = await runOfRequest(request, request.params.id, 'run.read');
      const { from_byte: fromByte = 0, from_line: fromLine } = request.query;
      const key = { run: id, step, attempt };
      const { signal, platform } = request;
      return fromLine === undefined
        ? { stream: await begun(platform.logs.read(key, { fromByte, signal })), mediaType: 'text/plain; charset=utf-8' }
        : {
            stream: await begun(json(platform.logs.lines(key, { fromLine, signal }))),
            mediaType: 'application/x-ndjson',
          };
    },
  }),
];

async function* json(lines: AsyncIterable<unknown>): AsyncIterable<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
}

/** Reads the first piece before the answer begins, so that a log that is not there is an error and no broken answer. */
async function begun(pieces: AsyncIterable<Uint8Array>): Promise<Readable> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  const rest = async function* () {
    if (first.done) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  return Readable.from(rest(), { objectMode: false });
}
