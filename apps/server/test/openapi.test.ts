import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { apiDocument } from '../src/index.ts';
import { routes } from '../src/routes/index.ts';
import { scene, type Scene } from './server.ts';

interface Document {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema?: object }> }> }>
  >;
  readonly components: object;
}

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(() => at.close());

it('names every operation once', () => {
  const names = routes.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
});

it('answers of every reading route are as the document says', async () => {
  const document = apiDocument() as Document;
  const token = await at.token('admin');
  const ajv = addFormats.default(new Ajv2020({ strict: false }));
  const reading = routes.filter(({ method }) => method === 'get');
  for (const { path, operationId } of reading) {
    const filled = path
      .replace('{id}', at.runs['/shop'])
      .replace('{step}', 'greet')
      .replace('{attempt}', '1')
      .replace('{key}', encodeURIComponent('reports/page.html'));
    const answer = await at.ask(filled, { token });
    expect({ operationId, status: answer.status }).toEqual({ operationId, status: 200 });
    const documented = document.paths[path]?.['get']?.responses['200']?.content ?? {};
    const [mediaType = ''] = Object.keys(documented);
    expect(answer.headers.get('content-type')).toContain(mediaType);
    const schema = documented[mediaType]?.schema;
    const body = await answer.text();
    if (!schema) continue;
    const validate = ajv.compile({ ...schema, components: document.components });
    validate(JSON.parse(body));
    expect({ operationId, errors: validate.errors ?? [] }).toEqual({ operationId, errors: [] });
  }
});

it('a refusal is a problem as the document says', async () => {
  const { components } = apiDocument() as Document;
  const validate = new Ajv2020({ strict: false }).compile({ components, $ref: '#/components/schemas/Problem' });
  const refusal: unknown = await (await at.ask('/api/v1/runs')).json();
  expect(validate(refusal)).toBe(true);
  expect(refusal).toMatchObject({ status: 401, code: 'access.unauthenticated' });
});
