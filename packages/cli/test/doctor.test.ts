import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeWith } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';

let here: Scene;
beforeEach(() => {
  here = scene({});
});
afterEach(() => here.remove());

const settings = (text: string) => {
  mkdirSync(here.dataFolder, { recursive: true });
  writeFileSync(path.join(here.dataFolder, 'settings.yaml'), text);
};

describe('the doctor', () => {
  it('tries the store of artifacts in the data folder, and leaves nothing in it', async () => {
    const { stdout } = await here.cicd('doctor');
    const folder = path.join(here.dataFolder, 'artifacts');
    expect(stdout).toContain(`✓ artifacts: kept in ${folder}\n`);
    expect(readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())).toEqual([]);
  });

  it('says when the service of a bucket cannot be reached', async () => {
    settings(
      'artifacts:\n  s3: { bucket: ours, endpoint: "http://127.0.0.1:9", region: any, access_key_id_env: A_KEY, secret_access_key_env: A_SECRET }\n',
    );
    const without = await here.cicd('doctor');
    expect(without.stdout).toMatch(/✗ artifacts: .*the environment has no variable A_KEY\n {2}Set it where cicd runs/);
    expect(without.code).toBe(1);
  });
});

describeWith(['s3-second'], 'the doctor of a bucket', (parts) => {
  const s3 = parts['s3-second'];
  it('says that there is none of its name', async () => {
    const bucket = `doctor-${randomUUID()}`;
    settings(
      `artifacts:\n  s3: { bucket: ${bucket}, endpoint: "${s3.endpoint}", region: ${s3.region}, path_style: true }\n`,
    );
    const keys = { AWS_ACCESS_KEY_ID: s3.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.secretAccessKey };
    const { stdout, code } = await here.start(['doctor'], keys).end;
    expect(stdout).toMatch(/✗ artifacts: the bucket doctor-.*NoSuchBucket.*\n {2}Make the bucket/);
    expect(code).toBe(1);
    // This service takes a bucket from anybody.
    await fetch(`${s3.endpoint}/${bucket}`, { method: 'PUT' });
    expect((await here.start(['doctor'], keys).end).stdout).toContain(`✓ artifacts: kept in the bucket ${bucket} at`);
  });
});
