import { row } from './row.ts';

export const imageCodes = {
  'image.reference_invalid': row(400, 2, 'A text is not the name of an image.'),
  'image.not_found': row(404, 1, 'The engine has no image of this name.'),
  'image.build_failed': row(422, 1, 'An instruction of a Dockerfile failed, or the Dockerfile is not right.'),
  'image.dockerfile_missing': row(422, 1, 'There is no Dockerfile where a build looks for it.'),
  'image.context_invalid': row(422, 1, 'The context of a build is not a folder, or is over a limit.'),
  'image.platform_unsupported': row(
    422,
    2,
    'An image was to be built for a platform that the engine cannot build for.',
  ),
  'image.secret_in_history': row(422, 2, 'A secret was to go where the history of an image shows it.'),
  'image.push_refused': row(422, 1, 'A registry did not take an image.'),
  'image.auth_provider_missing': row(
    422,
    2,
    'Credentials of a registry were to come from a provider that is not installed.',
  ),
} as const;
