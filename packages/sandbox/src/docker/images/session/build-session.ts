import { randomBytes } from 'node:crypto';
import {
  performServerHandshake,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { EngineClient } from '../../../engine/engine-client.ts';
import { answerCall, grpcStatus, readRequest } from './grpc-call.ts';
import { sessionServices, type SessionServices } from './session-services.ts';

/** A way for a build to ask back while it works. */
export interface BuildSession {
  readonly id: string;
  close(): void;
}

/**
 * Opens a session that gives out these secrets, and nothing else: a connection that the engine turns around, so that it
 * is the client of the HTTP/2 on it. https://github.com/moby/buildkit/blob/master/session/manager.go
 */
export async function openBuildSession(
  client: EngineClient,
  secrets: Readonly<Record<string, string>>,
): Promise<BuildSession> {
  const id = randomBytes(16).toString('hex');
  const services = sessionServices(secrets);
  const socket = await client.connect('/session', {
    headers: {
      Upgrade: 'h2c',
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'cicd',
      'X-Docker-Expose-Session-Sharedkey': id,
      'X-Docker-Expose-Session-Grpc-Method': Object.keys(services),
    },
  });
  const session: ServerHttp2Session = performServerHandshake(socket as Socket);
  // The engine closes it with the build, sometimes first; the build tells of what it could not get.
  session.on('error', () => session.destroy());
  session.on('stream', (stream, headers) => void serve(services, stream, headers));
  return {
    id,
    close() {
      session.destroy();
      socket.destroy();
    },
  };
}

async function serve(
  services: SessionServices,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  stream.on('error', () => stream.destroy());
  const path = headers[':path'];
  const service = typeof path === 'string' && Object.hasOwn(services, path) ? services[path] : undefined;
  if (!service) return answerCall(stream, { status: grpcStatus.unimplemented, words: 'not served here' });
  try {
    const request = await readRequest(stream);
    if (!request) return answerCall(stream, { status: grpcStatus.exhausted, words: 'not a request' });
    answerCall(stream, service(request));
  } catch {
    // A torn message, or a stream that broke: the build fails with what it could not get.
    answerCall(stream, { status: grpcStatus.internal, words: 'the request cannot be read' });
  }
}
