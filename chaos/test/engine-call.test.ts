import { describe, expect, it } from '@jest/globals';
import { engineCallKind } from '../src/engine/engine-call.ts';

describe('the kind of a call', () => {
  it.each([
    ['POST', '/containers/create?name=x', 'POST containers/create'],
    ['GET', '/v1.41/containers/json?all=true', 'GET containers/json'],
    ['DELETE', '/containers/0123', 'DELETE containers/NAME'],
    ['POST', '/containers/cicd-a-b/start', 'POST containers/NAME/start'],
    ['GET', '/images/library/busybox/json', 'GET images/NAME/json'],
    ['GET', '/system/df?type=volume', 'GET system/df'],
    ['GET', '/version', 'GET version'],
  ])('%s %s is %s', (method, target, kind) => {
    expect(engineCallKind(method, target)).toBe(kind);
  });
});
