/** What a type is called in a sentence, by the names of the language and of JSON Schema. */
export const typeWords = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  array: 'a list',
  map: 'a map',
  object: 'a map',
  null: 'nothing',
} as const;

/** The same for a name that may be none of them. */
export const wordOfType = (type: string): string | undefined =>
  Object.hasOwn(typeWords, type) ? typeWords[type as keyof typeof typeWords] : undefined;
