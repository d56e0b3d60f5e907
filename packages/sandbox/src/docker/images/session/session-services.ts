import { bytesMessage, numberMessage, readMessage } from './message.ts';
import { grpcStatus, type GrpcAnswer } from './grpc-call.ts';

/** A call that a session answers, given the message of the request. */
type Service = (request: Uint8Array) => GrpcAnswer;

export type SessionServices = Readonly<Record<string, Service>>;

/**
 * All that a build may ask of us: whether the session lives, and the secrets that it was given. Not files, credentials
 * or agents. https://github.com/moby/buildkit/blob/master/session/secrets/secrets.proto,
 * https://github.com/grpc/grpc/blob/master/doc/health-checking.md
 */
export const sessionServices = (secrets: Readonly<Record<string, string>>): SessionServices => ({
  '/grpc.health.v1.Health/Check': () => ({ message: numberMessage(serving) }),
  '/moby.buildkit.secrets.v1.Secrets/GetSecret': (request) => {
    let id = '';
    readMessage(request, { 1: (reader) => (id = reader.string()) });
    const secret = Object.hasOwn(secrets, id) ? secrets[id] : undefined;
    if (secret === undefined) return { status: grpcStatus.notFound, words: `the step gives no secret ${id}` };
    return { message: bytesMessage(Buffer.from(secret)) };
  },
});

const serving = 1;
