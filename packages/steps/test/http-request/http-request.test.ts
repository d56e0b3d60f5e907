import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@cicd/plugin';
import { createStepContext } from '@cicd/plugin/testing';
import { jsonResponse, requestParse } from '../../src/index.ts';
import { configOf } from '../support/config.ts';

const request = {
  type: 'http',
  method: 'put',
  path: '/orders/7/items/a%20b',
  query: { page: '2', all: 'true', tag: ['x', 'y'], one: 'z' },
  headers: { 'X-Trace': 'abc', authorization: 'Bearer s' },
  body: '{"count":3}',
};
const parse = (config: object, trigger: JsonObject = request) =>
  requestParse.run(createStepContext({ config: configOf(requestParse.config, config), run: { trigger } }));
const problems = async (config: object, trigger?: JsonObject): Promise<unknown> => {
  const error: unknown = await parse(config, trigger).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'trigger.request_invalid', family: 'step' });
  return (error as { details: { problems: unknown } }).details.problems;
};

describe('step.request_parse', () => {
  it('reads what is declared, each of its type, and nothing else', async () => {
    const config = {
      methods: ['PUT'],
      path: '/orders/{id}/items/{item}',
      path_params: { id: { type: 'integer' } },
      query: {
        page: { type: 'integer' },
        all: { type: 'boolean' },
        tag: { type: 'list' },
        one: { type: 'list' },
        size: { type: 'integer', default: 10 },
        none: {},
      },
      headers: { 'x-trace': { required: true } },
    };
    expect(await parse(config)).toEqual({
      outputs: {
        method: 'PUT',
        path: '/orders/7/items/a%20b',
        path_params: { id: 7, item: 'a b' },
        query: { page: 2, all: true, tag: ['x', 'y'], one: ['z'], size: 10, none: null },
        headers: { 'x-trace': 'abc' },
        body: { count: 3 },
      },
    });
  });

  it('lists everything that is wrong', async () => {
    const config = {
      methods: ['POST'],
      path: '/orders/{id}',
      query: {
        page: { type: 'boolean' },
        tag: {},
        one: { enum: ['a', 'b'] },
        size: { required: true },
        toString: { required: true },
      },
      headers: { 'x-none': { required: true } },
      body_schema: { type: 'object', required: ['name'], properties: { count: { maximum: 2 } } },
    };
    expect(await problems(config)).toEqual([
      'the method is PUT',
      'the path is /orders/7/items/a%20b',
      'query.page is no boolean',
      'query.tag is no string',
      'query.one is none of a, b',
      'query.size is missing',
      'query.toString is missing',
      'headers.x-none is missing',
      "body must have required property 'name'",
      'body.count must be <= 2',
    ]);
  });

  it.each([
    ['/orders/{id}', '/orders/', false],
    ['/orders/{id}', '/orders/1/', false],
    ['/orders/{id}', '/orders/%', false],
    ['/orders/{id}', '/orders/%2F..', true],
    ['/', '/', true],
  ])('compares the path %s with %s part by part', async (pattern, path, fits) => {
    const running = parse({ path: pattern }, { ...request, path });
    if (fits) await running;
    else await expect(running).rejects.toMatchObject({ code: 'trigger.request_invalid' });
  });

  it.each([
    ['json', '', null],
    ['json', ' [1] ', [1]],
    ['json', { already: 'read' }, { already: 'read' }],
    ['text', '{', '{'],
    ['text', { a: 1 }, '{"a":1}'],
    ['none', '{', null],
  ])('reads a body as %s', async (format, body, value) => {
    expect(await parse({ body_format: format }, { ...request, body })).toMatchObject({ outputs: { body: value } });
  });

  it('tells a body that is no JSON, and a schema that is none', async () => {
    expect(await problems({ body_schema: { type: 'object' } }, { ...request, body: '{' })).toEqual([
      'the body is not JSON',
    ]);
    await expect(parse({ body_schema: { type: 'text' } })).rejects.toMatchObject({
      code: 'step.config_invalid',
      family: 'config',
    });
  });

  it('needs a request', async () => {
    await expect(parse({}, { type: 'manual' })).rejects.toMatchObject({ code: 'trigger.not_http' });
  });
});

describe('step.json_response', () => {
  const respond = (config: object, trigger: JsonObject = request) =>
    jsonResponse.run(createStepContext({ config: configOf(jsonResponse.config, config), run: { trigger } }));

  it('records the answer', async () => {
    expect(await respond({ status: 201, headers: { Location: '/7' }, body: [1] })).toEqual({
      outputs: { status: 201, headers: { location: '/7', 'content-type': 'application/json' }, body: [1] },
    });
    expect(await respond({ status: 204 })).toEqual({ outputs: { status: 204, headers: {}, body: null } });
    expect(await respond({ body: null })).toMatchObject({
      outputs: { headers: { 'content-type': 'application/json' } },
    });
  });

  it('needs a request', async () => {
    await expect(respond({}, { type: 'schedule' })).rejects.toMatchObject({
      code: 'trigger.not_http',
      message: expect.stringContaining('started by schedule'),
    });
  });

  it.each([
    [{ status: 204, body: 1 }, 'body'],
    [{ headers: { 'Content-Type': 'text/html' } }, 'headers.Content-Type'],
    [{ headers: { 'x-a': 'b\nset-cookie: c' } }, 'headers.x-a'],
  ])('refuses %j when the file is checked, and when it is run', async (config, path) => {
    expect(jsonResponse.check?.(configOf(jsonResponse.config, config))).toMatchObject([{ path }]);
    await expect(respond(config)).rejects.toMatchObject({ code: 'step.config_invalid' });
  });

  it.each([{ status: 100 }, { status: 600 }, { headers: { 'a b': '1' } }])('has no %j', (config) => {
    expect(() => configOf(jsonResponse.config, config)).toThrow();
  });
});
