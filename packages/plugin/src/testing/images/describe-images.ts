import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { CicdError } from '../../errors/cicd-error.ts';
import type { ImageBuild, ImageBuildEvent } from '../../images/image-build.ts';
import type { Images, RegistryCredentials } from '../../images/images.ts';
import type { KitRunner } from '../kit-runner.ts';
import { contextOf } from './context-archive.ts';
import { readContext } from './fake-dockerfile.ts';

/** Images under test. */
export interface ImagesSubject {
  readonly images: Images;
  /** An image that is there, with a shell. */
  readonly base: string;
  /** A name that nobody else uses: what is built is called so, with tags. */
  readonly repository: string;
  /** Registries to try: each with the credentials that it wants, if any. */
  readonly registries?: readonly KitRegistry[];
  dispose(): Promise<void>;
}

export interface KitRegistry {
  /** `127.0.0.1:5000` */
  readonly host: string;
  readonly credentials?: RegistryCredentials;
}

const coded = (code: string) => (error: unknown) => CicdError.isInstance(error) && error.code === code;

const hostileNames = [
  '',
  'UPPER',
  'a b',
  '../up',
  '-flag',
  'a//b',
  'a:b:c',
  'a@sha256:12',
  'x/../../containers',
  'a?b=c',
  'a\nb',
];

/** The conformance kit of `Images`: what its comment promises, test by test. */
export function describeImages(name: string, runner: KitRunner, create: () => Promise<ImagesSubject>): void {
  let subject: ImagesSubject;
  let builds = 0;

  const build = async (dockerfile: string, more: Partial<ImageBuild> & { files?: Record<string, string> } = {}) => {
    const { files = {}, ...rest } = more;
    const events: ImageBuildEvent[] = [];
    const context = contextOf({ Dockerfile: dockerfile, ...files });
    const built = subject.images.build(
      { context, dockerfile: 'Dockerfile', ...rest },
      { onEvent: (event) => void events.push(event) },
    );
    return { built: await built, events, context };
  };
  /** Nobody has built it before. */
  const unique = () => `${Date.now()}-${++builds}`;

  runner.describe(`images: ${name}`, () => {
    runner.beforeAll(async () => {
      subject = await create();
    });
    runner.afterAll(() => subject.dispose());

    runner.it('builds from a context, names the result and tells each instruction', async () => {
      const { images, base, repository } = subject;
      const said = unique();
      const { built, events, context } = await build(`FROM ${base}\nCOPY a.txt /a.txt\nRUN echo ${said}\nLABEL a=b\n`, {
        files: { 'a.txt': said },
        tags: [`${repository}:one`, `${repository}:two`],
        labels: { 'com.example.by': 'kit' },
      });
      const details = await images.inspect(`${repository}:one`);
      assert.equal(details?.id, built.id);
      assert.equal(details.size, built.size);
      assert.partialDeepStrictEqual({ ...details.labels }, { a: 'b', 'com.example.by': 'kit' });
      assert.ok(details.tags.includes(`${repository}:two`));
      assert.equal((await images.inspect(built.id))?.id, built.id);
      assert.equal(built.cachedSteps, 0);
      assert.ok(context.destroyed);
      const told = events.filter((event) => event.kind === 'instruction' && event.name.includes(`RUN echo ${said}`));
      assert.deepEqual(
        told.map((event) => event.kind === 'instruction' && event.state),
        ['started', 'done'],
      );
      const output = events.filter((event) => event.kind === 'output' && event.name.includes(`RUN echo ${said}`));
      assert.equal(
        Buffer.concat(output.map((event) => (event.kind === 'output' ? event.data : Buffer.alloc(0)))).toString(),
        `${said}\n`,
      );
    });

    runner.it('uses what an earlier build has done, unless it is told not to', async () => {
      const { base } = subject;
      const dockerfile = `FROM ${base}\nRUN echo ${unique()}\n`;
      const first = (await build(dockerfile)).built;
      const second = await build(dockerfile);
      assert.equal(second.built.id, first.id);
      assert.ok(second.built.cachedSteps > first.cachedSteps);
      assert.ok(second.events.some((event) => event.kind === 'instruction' && event.state === 'cached'));
      assert.equal((await build(dockerfile, { noCache: true })).built.cachedSteps, 0);
    });

    runner.it('names the instruction that failed and its exit code, and leaves no name behind', async () => {
      const { images, base, repository } = subject;
      const failing = build(`FROM ${base}\nRUN exit 7\n`, { tags: [`${repository}:failed`] });
      await assert.rejects(failing, (error) => {
        assert.ok(coded('image.build_failed')(error));
        const { details } = error as CicdError;
        assert.deepEqual({ ...details }, { instruction: 'RUN exit 7', exit_code: 7 });
        return true;
      });
      assert.equal(await images.inspect(`${repository}:failed`), undefined);
    });

    runner.it('fails without a Dockerfile, with a broken one, and for a file that is not there', async () => {
      const { base } = subject;
      await assert.rejects(build('FROM scratch', { dockerfile: 'none' }), coded('image.build_failed'));
      await assert.rejects(build(`FROM ${base}\nCOPY missing /x\n`), coded('image.build_failed'));
    });

    runner.it('refuses a platform that it cannot build for', async () => {
      const { base } = subject;
      const refused = build(`FROM ${base}\n`, { platform: 'linux/s390x' });
      await assert.rejects(refused, coded('image.platform_unsupported'));
    });

    runner.it('stops building when it is told to', async () => {
      const { images, base } = subject;
      const enough = new AbortController();
      const building = images.build(
        {
          context: contextOf({ Dockerfile: `FROM ${base}\nRUN echo ${unique()}\nRUN sleep 600\n` }),
          dockerfile: 'Dockerfile',
        },
        { signal: enough.signal, onEvent: () => enough.abort(new Error('enough')) },
      );
      await assert.rejects(building, /enough/);
    });

    runner.it('tells what is wrong with a context that breaks off', async () => {
      const { images } = subject;
      async function* broken() {
        yield Buffer.alloc(512);
        throw new Error('the context broke');
      }
      const context = Readable.from(broken(), { objectMode: false });
      await assert.rejects(images.build({ context, dockerfile: 'Dockerfile' }), /the context broke/);
    });

    runner.it('gives further names, takes them from others, and knows what is not there', async () => {
      const { images, base, repository } = subject;
      const { built } = await build(`FROM ${base}\nRUN echo ${unique()}\n`, { tags: [`${repository}:moving`] });
      await images.tag(built.id, `${repository}:also`);
      assert.equal((await images.inspect(`${repository}:also`))?.id, built.id);
      await images.tag(base, `${repository}:moving`);
      assert.equal((await images.inspect(`${repository}:moving`))?.id, (await images.inspect(base))?.id);
      assert.equal(await images.inspect(`${repository}:nothing`), undefined);
      await assert.rejects(images.tag(`${repository}:nothing`, `${repository}:x`), coded('image.not_found'));
      await assert.rejects(images.push(`${repository}:nothing`), coded('image.not_found'));
      await assert.rejects(images.export(`${repository}:nothing`), coded('image.not_found'));
    });

    runner.it('exports an image as an archive', async () => {
      const { images, base } = subject;
      const files = await readContext(await images.export(base));
      assert.match(files.get('manifest.json') ?? '', /Config/);
    });

    runner.it('says that a registry did not take an image, or did not give one', async () => {
      const { images, base } = subject;
      // Nothing listens there.
      const nowhere = '127.0.0.1:1/kit:1';
      await images.tag(base, nowhere);
      await assert.rejects(images.push(nowhere), coded('image.push_refused'));
      await assert.rejects(images.pull('127.0.0.1:1/kit:none'), coded('sandbox.image_missing'));
    });

    runner.it('pushes to each kind of registry, and pulls exactly that by its digest', async () => {
      const { images, base, repository, registries = [] } = subject;
      for (const { host, credentials } of registries) {
        const reference = `${host}/${repository}:pushed`;
        const { id } = (await build(`FROM ${base}\nRUN echo ${unique()}\n`, { tags: [reference] })).built;
        const told: string[] = [];
        const transfer = { ...(credentials && { credentials }), onProgress: (line: string) => void told.push(line) };
        const { digest } = await images.push(reference, transfer);
        assert.match(digest, /^sha256:[0-9a-f]{64}$/);
        assert.ok(told.some((line) => line.endsWith('Pushed')));
        const exactly = `${host}/${repository}@${digest}`;
        assert.equal((await images.pull(exactly, transfer)).id, id);
        assert.ok((await images.inspect(id))?.digests.includes(exactly));
      }
    });

    runner.it('fails where a registry refuses: without credentials, and with wrong ones', async () => {
      const { images, base, repository, registries = [] } = subject;
      for (const { host, credentials } of registries) {
        if (!credentials) continue;
        const reference = `${host}/${repository}:refused`;
        await images.tag(base, reference);
        await assert.rejects(images.push(reference), coded('image.push_refused'), host);
        const wrong = { credentials: { ...credentials, password: 'wrong' } };
        await assert.rejects(images.push(reference, wrong), coded('image.push_refused'), host);
        await assert.rejects(images.pull(reference, wrong), (error) => {
          assert.ok(coded('sandbox.image_missing')(error));
          assert.ok(!JSON.stringify(error).includes(credentials.password));
          return true;
        });
      }
    });

    runner.it('takes nothing for the name of an image that is none', async () => {
      const { images, base } = subject;
      for (const hostile of hostileNames) {
        const refused = coded('image.reference_invalid');
        await assert.rejects(images.tag(base, hostile), refused, JSON.stringify(hostile));
        await assert.rejects(images.inspect(hostile), refused, JSON.stringify(hostile));
        await assert.rejects(images.push(hostile), refused, JSON.stringify(hostile));
        await assert.rejects(images.pull(hostile), refused, JSON.stringify(hostile));
        await assert.rejects(build('FROM scratch', { tags: [hostile] }), refused, JSON.stringify(hostile));
      }
    });
  });
}
