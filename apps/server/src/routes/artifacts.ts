import { Type } from 'typebox';
import { defineRoute } from '../http/route.ts';
import { runId, runOfRequest } from './run-of-request.ts';

const artifact = Type.Object({
  key: Type.String(),
  size: Type.Integer({ description: 'Bytes.' }),
  checksum: Type.String({ description: 'SHA-256, hexadecimal.' }),
  createdAt: Type.String({ format: 'date-time' }),
  mediaType: Type.Optional(Type.String()),
});

export const artifactRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/runs/{id}/artifacts',
    operationId: 'listArtifacts',
    summary: 'What a run kept.',
    permission: 'run.read',
    params: Type.Object({ id: runId }),
    answers: {
      200: { description: 'The artifacts.', schema: Type.Object({ artifacts: Type.Array(artifact) }) },
      404: { description: 'There is no such run: `run.not_found`.' },
    },
    async handle(request) {
      const { id } = await runOfRequest(request, request.params.id, 'run.read');
      return { json: { artifacts: await request.platform.artifacts.list(id) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/runs/{id}/artifacts/{key}',
    operationId: 'getArtifact',
    summary: 'An artifact, always as a download. An answer that breaks off was damaged, or was not read whole.',
    permission: 'run.read',
    params: Type.Object({ id: runId, key: Type.String({ maxLength: 1024, description: 'Percent-encoded, `/` too.' }) }),
    answers: {
      200: { description: 'Its bytes; the `ETag` is its SHA-256.', mediaType: 'application/octet-stream' },
      404: { description: 'There is none: `run.not_found`, `artifact.not_found`.' },
    },
    async handle(request) {
      const { id } = await runOfRequest(request, request.params.id, 'run.read');
      const { artifact: found, stream } = await request.platform.artifacts.get(id, request.params.key);
      return {
        stream,
        // What a pipeline wrote is never shown as a page of this origin.
        mediaType: 'application/octet-stream',
        headers: {
          'Content-Length': String(found.size),
          'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(found.key.split('/').at(-1) ?? 'artifact')}`,
          ETag: `"${found.checksum}"`,
        },
      };
    },
  }),
];
