import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ImageBuildEvent } from '@cicd/plugin';
import type { ImagesSubject } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { contextOf } from './context-of.ts';
import { openImages } from './open-images.ts';

const secret = 'c4n4ry-s3cr3t-of-a-build';

describeWith(['engine', 'busybox'], 'secrets of a build', ({ engine, busybox }) => {
  let subject: ImagesSubject;
  beforeAll(async () => {
    subject = await openImages(engine.socketPath, busybox.image);
  });
  afterAll(() => subject.dispose());

  const build = (dockerfile: string, secrets?: Record<string, string>) => {
    const events: ImageBuildEvent[] = [];
    const context = contextOf({ Dockerfile: dockerfile });
    const built = subject.images.build(
      {
        context,
        dockerfile: 'Dockerfile',
        tags: [`${subject.repository}:secret`],
        noCache: true,
        ...(secrets && { secrets }),
      },
      { onEvent: (event) => void events.push(event) },
    );
    return { built, events };
  };

  it('reach an instruction that asks for them, and neither layers, history nor configuration of the image', async () => {
    const { built, events } = build(
      [
        `FROM ${busybox.image}`,
        'RUN --mount=type=secret,id=token,required=true wc -c </run/secrets/token && md5sum /run/secrets/token | cut -c1-8',
        'RUN ls /run/secrets 2>&1 || true',
      ].join('\n'),
      { token: secret },
    );
    const { id } = await built;
    const said = events.map((event) => (event.kind === 'output' ? Buffer.from(event.data).toString() : '')).join('');
    expect(said).toContain(`${secret.length}\n`);
    const archive = await buffer(await subject.images.export(id));
    expect(archive.includes('"history"')).toBe(true);
    expect(archive.includes(secret)).toBe(false);
    // The same search finds what an instruction leaves in a layer.
    const leaked = build(`FROM ${busybox.image}\nRUN --mount=type=secret,id=token cat /run/secrets/token >/leak\n`, {
      token: secret,
    });
    const leak = await buffer(await subject.images.export((await leaked.built).id));
    expect(leak.includes(secret)).toBe(true);
  });

  it('are not there for a build that was given none', async () => {
    const dockerfile = `FROM ${busybox.image}\nRUN --mount=type=secret,id=token,required=true cat /run/secrets/token\n`;
    await expect(build(dockerfile).built).rejects.toMatchObject({ code: 'image.build_failed' });
    await expect(build(dockerfile, { other: secret }).built).rejects.toMatchObject({ code: 'image.build_failed' });
  });
});
