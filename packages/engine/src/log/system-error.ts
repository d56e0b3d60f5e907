/** Whether a call of the operating system failed with this code (`ENOENT`). Its errors may come from another realm. */
export function isSystemError(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
