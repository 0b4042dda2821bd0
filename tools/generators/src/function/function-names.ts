/** What a function is called in the places that its name cannot stand in as it is. */
export interface FunctionNames {
  /** `word-count` */
  readonly name: string;
  /** `WordCountFunction`. The suffix keeps it apart from the language's own: a function may be called `object`. */
  readonly className: string;
}

export function namesOf(name: string): FunctionNames {
  const words = name.split('-').map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return { name, className: `${words.join('')}Function` };
}

/** The variable that says where a function listens: `WORD_COUNT_URL`. */
export const urlVariable = (name: string): string => `${name.replaceAll('-', '_').toUpperCase()}_URL`;
