import { s3Part } from '../server/s3-server.ts';

/** Another implementation of the same service, by other people; it keeps objects in memory. */
export const s3Second = s3Part({
  name: 's3-second',
  description: 'S3 service (ministack)',
  requirement: 'ministack==1.5.33',
  program: 'ministack',
  start: (port, folder) => ({
    words: [],
    environment: {
      GATEWAY_PORT: `${port}`,
      // Otherwise it listens on every address of the machine.
      BIND_HOST: '127.0.0.1',
      SERVICES: 's3',
      LOG_LEVEL: 'WARNING',
      TMPDIR: folder,
    },
  }),
});
