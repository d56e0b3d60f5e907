import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ImagesSubject } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { pack } from 'tar-stream';
import { openImages } from './open-images.ts';

/** What Podman's builder does as BuildKit does; what it does otherwise stands in docs/guides/podman.md. */
describeWith(['podman'], 'images on Podman', ({ podman }) => {
  let subject: ImagesSubject;
  beforeAll(async () => {
    subject = await openImages(podman.socketPath, podman.image);
  });
  afterAll(() => subject.dispose());
  const build = (command: string, tags: readonly string[] = []) => {
    const archive = pack();
    archive.entry({ name: 'Dockerfile' }, `FROM ${subject.base}\n${command}\n`);
    archive.finalize();
    const context = Readable.from(archive, { objectMode: false });
    return subject.images.build({ context, dockerfile: 'Dockerfile', tags });
  };

  it('are built under their names', async () => {
    const name = `${subject.repository}:one`;
    const { id } = await build('RUN echo built > /built', [name]);
    expect(await subject.images.inspect(name)).toMatchObject({ id });
  }, 60_000);

  it('that cannot be built are said to be the fault of the Dockerfile', async () => {
    await expect(build('RUN exit 7')).rejects.toMatchObject({ code: 'image.build_failed', family: 'step' });
  }, 60_000);

  it('that are not there cannot be exported', async () => {
    const missing = `${subject.repository}:nothing`;
    await expect(subject.images.export(missing)).rejects.toMatchObject({ code: 'image.not_found' });
  });
});
