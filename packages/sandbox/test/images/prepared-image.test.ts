import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { Sandbox } from '@cicd/plugin';
import { describeWith } from '@cicd/testbed';
import { createDockerDriver } from '../../src/index.ts';
import { contextOf } from './context-of.ts';
import { openImages } from './open-images.ts';

describeWith(['engine', 'busybox'], 'an image that was got ready', ({ engine, busybox }) => {
  const instance = `prepared-${process.pid}`;
  const driver = createDockerDriver({ instance, address: engine.socketPath });
  let subject: Awaited<ReturnType<typeof openImages>>;
  let sandbox: Sandbox;
  beforeAll(async () => {
    subject = await openImages(engine.socketPath, busybox.image);
    sandbox = await driver.open('run');
  });
  afterAll(async () => {
    await sandbox.close();
    await subject.dispose();
    await driver.close();
  });

  const says = async (image: string, attempt: number) => {
    const key = { step: 'say', attempt };
    const process = await sandbox.create({
      key,
      image,
      command: ['cat', '/said'],
      workspace: 'none',
      networkMode: 'none',
    });
    await process.start();
    const output = Readable.from(process.output()).map(({ data }: { data: Uint8Array }) => data);
    return text(output);
  };
  const build = (said: string) =>
    subject.images.build({
      context: contextOf({ Dockerfile: `FROM ${busybox.image}\nCOPY said /said\n`, said }),
      dockerfile: 'Dockerfile',
      tags: [`${subject.repository}:built`],
    });

  it('and could not be had, or was another one, is the one that a step of the run has built since', async () => {
    const image = `${subject.repository}:built`;
    await sandbox.prepare(image);
    await build('first');
    expect(await says(image, 1)).toBe('first');
    await sandbox.prepare(image);
    await build('second');
    expect(await says(image, 2)).toBe('second');
  });
});
