import { CicdError, EngineError } from '@cicd/plugin';

/** What an error of the SDK says of itself: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
interface ServiceError {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

const hints: Readonly<Record<string, string>> = {
  NoSuchBucket: 'Make the bucket, or correct its name.',
  AccessDenied: 'The credentials need to get, put, delete and list objects of the bucket, and to abort its uploads.',
  InvalidAccessKeyId: 'Check the access key, and that it belongs to this service.',
  SignatureDoesNotMatch: 'Check the secret key.',
  CredentialsProviderError: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile.',
  PermanentRedirect: 'The bucket is in another region.',
};

const isGone = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);

export const isMissing = (error: unknown): boolean => isGone.has((error as ServiceError).name ?? '');

/** Requests that the service refuses for what they are; others may do better later. */
function mayDoBetterLater(error: ServiceError): boolean {
  const status = error.$metadata?.httpStatusCode ?? 0;
  if (error.name !== undefined && error.name in hints) return false;
  return status < 400 || status >= 500 || status === 408 || status === 429;
}

/** `artifact.store_failed`; an error of the platform stays what it is. */
export function bucketTrouble(bucket: string, operation: string, error: unknown): Error {
  if (CicdError.isInstance(error)) return error;
  const said = error as ServiceError;
  const { httpStatusCode: status, requestId } = said.$metadata ?? {};
  return new EngineError({
    code: 'artifact.store_failed',
    message: `the bucket ${bucket} did not ${operation}: ${[said.name, said.message].filter(Boolean).join(': ')}`,
    hint: hints[said.name ?? ''] ?? 'See that the service can be reached from here and is well.',
    retryable: mayDoBetterLater(said),
    details: {
      bucket,
      operation,
      ...(status !== undefined && { status }),
      ...(requestId !== undefined && { requestId }),
    },
    cause: error,
  });
}
