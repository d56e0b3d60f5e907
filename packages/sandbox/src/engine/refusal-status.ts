/** What Podman means by 500, by its words. */
const meant: readonly (readonly [words: RegExp, status: number])[] = [[/name is already in use/i, 409]];

/** The status as Docker's API has it: Podman answers 500 where it should say what is wrong. */
export const refusalStatus = (status: number, answer: string): number =>
  status === 500 ? (meant.find(([words]) => words.test(answer))?.[1] ?? status) : status;
