import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeArtifactStore } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { bucketSubject } from './bucket-subject.ts';

const runner = { describe, it, beforeAll, afterAll };

describeWith(['s3'], 'in a bucket of one service', ({ s3 }) => {
  describeArtifactStore('s3', runner, () => bucketSubject(s3));
});

describeWith(['s3-second'], 'in a bucket of another service', (parts) => {
  describeArtifactStore('s3', runner, () => bucketSubject(parts['s3-second']));
});
