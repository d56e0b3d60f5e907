import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { readMessage } from '../session/message.ts';

/** A piece of work of a build: an instruction of the Dockerfile, or something of the builder's own. */
export interface Vertex {
  readonly digest: string;
  /** `[build 2/4] RUN npm ci`, `[internal] load remote build context` */
  readonly name: string;
  readonly cached: boolean;
  /** Milliseconds since the epoch. */
  readonly started?: number;
  readonly completed?: number;
  readonly error: string;
}

export interface VertexLog {
  readonly vertex: string;
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
}

/** What BuildKit tells at a time. */
export interface BuildTrace {
  readonly vertexes: readonly Vertex[];
  readonly logs: readonly VertexLog[];
}

const standardError = 2;

/** https://github.com/moby/buildkit/blob/master/api/services/control/control.proto: StatusResponse */
export function readTrace(bytes: Uint8Array): BuildTrace {
  const vertexes: Vertex[] = [];
  const logs: VertexLog[] = [];
  readMessage(bytes, {
    1: (reader) => vertexes.push(readVertex(reader.bytes())),
    3: (reader) => logs.push(readLog(reader.bytes())),
  });
  return { vertexes, logs };
}

function readVertex(bytes: Uint8Array): Vertex {
  let [digest, name, error, cached] = ['', '', '', false];
  const times: { started?: number; completed?: number } = {};
  readMessage(bytes, {
    1: (reader) => (digest = reader.string()),
    3: (reader) => (name = reader.string()),
    4: (reader) => (cached = reader.bool()),
    5: (reader) => (times.started = readTime(reader)),
    6: (reader) => (times.completed = readTime(reader)),
    7: (reader) => (error = reader.string()),
  });
  return { digest, name, error, cached, ...times };
}

function readLog(bytes: Uint8Array): VertexLog {
  let vertex = '';
  let stream: VertexLog['stream'] = 'stdout';
  let data: Uint8Array = new Uint8Array();
  readMessage(bytes, {
    1: (reader) => (vertex = reader.string()),
    3: (reader) => (stream = Number(reader.int64()) === standardError ? 'stderr' : 'stdout'),
    4: (reader) => (data = reader.bytes()),
  });
  return { vertex, stream, data };
}

function readTime(reader: BinaryReader): number {
  let [seconds, nanoseconds] = [0, 0];
  readMessage(reader.bytes(), {
    1: (inner) => (seconds = Number(inner.int64())),
    2: (inner) => (nanoseconds = inner.int32()),
  });
  return seconds * 1000 + nanoseconds / 1e6;
}
