import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { MissingPart, type Part } from '../part.ts';
import { freePort } from '../free-port.ts';
import { answers, startServer, stopServer } from './own-server.ts';
import { pythonProgram } from './python-program.ts';

/** How to reach a service that speaks S3; buckets are made by whoever needs one. */
export interface S3Facts {
  /** `http://127.0.0.1:PORT`; buckets are addressed by path. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface S3Server<Name extends string> {
  readonly name: Name;
  readonly description: string;
  readonly requirement: string;
  readonly program: string;
  start(
    port: number,
    folder: string,
  ): {
    readonly words: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
  };
}

/** A part of the bed that is a server from a Python package. */
export function s3Part<Name extends string>(server: S3Server<Name>): Part<Name, S3Facts> {
  const part: Part<Name, S3Facts> = {
    name: server.name,
    description: server.description,
    needs: [],
    async check(bed) {
      const facts = bed.facts(part);
      return facts !== undefined && (await answers(facts.endpoint)) ? facts : undefined;
    },
    async up(bed) {
      if (process.platform !== 'linux') throw new MissingPart('the S3 servers of the bed are started on Linux');
      const folder = bed.folder(server.name);
      stopServer(folder);
      const program = await pythonProgram(bed, server.name, server.requirement, server.program);
      const port = await freePort();
      const endpoint = `http://127.0.0.1:${port}`;
      await startServer(bed, { folder, program, url: endpoint, ...server.start(port, folder) });
      return { endpoint, region: 'us-east-1', accessKeyId: 'test', secretAccessKey: 'test' };
    },
    down(bed: Bed) {
      const folder = path.join(bed.directories.home, server.name);
      stopServer(folder);
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
  return part;
}
