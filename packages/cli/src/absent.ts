/** Stands in the bundle for a library that the command does not use. */
export const Client = undefined;
