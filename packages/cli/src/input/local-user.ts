import os from 'node:os';

/** The user of the terminal, as runs and votes name one: `local:ann`. */
export const localUser = (): string => `local:${os.userInfo().username}`;
