import { s3Part } from '../server/s3-server.ts';

/** A simulator of AWS in one program; it keeps objects in memory. */
export const s3 = s3Part({
  name: 's3',
  description: 'S3 service (roto)',
  requirement: 'roto-aws==0.10.1',
  program: 'roto-server',
  start: (port, folder) => ({ words: ['--port', `${port}`, '--ephemeral', '--data-dir', `${folder}/data`] }),
});
