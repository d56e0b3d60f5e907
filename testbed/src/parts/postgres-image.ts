import { imagePart } from '../images/image-part.ts';
import { postgresContent, postgresRoot } from '../images/postgres-root.ts';

/** An image with a PostgreSQL server, for steps that need a database beside them. */
export const postgresImage = imagePart('postgres-image', 'image postgres', [
  {
    names: ['postgres:15'],
    command: ['docker-entrypoint.sh', 'postgres'],
    content: postgresContent,
    root: postgresRoot,
  },
]);
