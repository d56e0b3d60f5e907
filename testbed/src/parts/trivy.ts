import { rmSync } from 'node:fs';
import { hasTrivyDatabase, makeTrivyDatabase, trivyDatabaseFolder } from '../databases/trivy-database.ts';
import { imagePart, type ImageFacts } from '../images/image-part.ts';
import { trivyContent, trivyRoot } from '../images/trivy-root.ts';
import type { Part } from '../part.ts';

const images = imagePart('trivy', 'image trivy', [
  {
    names: ['aquasec/trivy:0.76.0'],
    command: ['trivy', '--help'],
    content: trivyContent,
    root: trivyRoot,
  },
]);

export interface TrivyFacts extends ImageFacts {
  /** A folder of this machine with a small vulnerability database: `db/trivy.db`, `db/metadata.json`. */
  readonly database: string;
}

/** The scanner of images, with a database that knows a few weaknesses. */
export const trivy: Part<'trivy', TrivyFacts> = {
  ...images,
  description: 'image trivy, with a small database',
  async check(bed) {
    const found = await images.check(bed);
    return found && hasTrivyDatabase(bed) ? { ...found, database: trivyDatabaseFolder(bed) } : undefined;
  },
  async up(bed) {
    const found = await images.up(bed);
    await makeTrivyDatabase(bed);
    return { ...found, database: trivyDatabaseFolder(bed) };
  },
  async down(bed) {
    await images.down(bed);
    rmSync(bed.folder('trivy'), { recursive: true, force: true });
  },
};
