/** Whether a call of the operating system failed with this code (`ENOENT`). */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
