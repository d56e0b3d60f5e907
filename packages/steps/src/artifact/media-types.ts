/** What a file is stored as when the step names no media type. The difference keeps a program a program. */
export const plainType = 'application/octet-stream';
export const executableType = 'application/x-executable';
/** What a folder or a glob is stored as. */
export const tarType = 'application/x-tar';

/** Permission bits of a file that is pulled: group-writable, as everything in the workspace. */
export const modeOf = (mediaType: string | undefined): number => (mediaType === executableType ? 0o775 : 0o664);
