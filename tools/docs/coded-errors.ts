import { packageOf, readSourceFiles } from '../checks/source-files.js';

/** An error class with a stable `code`, as its source declares it. */
export interface CodedError {
  readonly className: string;
  readonly codes: readonly string[];
  /** The folder of its package. */
  readonly package: string;
  /** The docstring of the class, on one line. */
  readonly meaning: string;
}

const declaration = /\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport (?:abstract )?class (\w+Error) extends \w+ \{([^]*?)\n\}/g;

/** Every exported error class of the product that has a code, in the order of their codes. */
export function readCodedErrors(): readonly CodedError[] {
  const files = readSourceFiles().filter(({ path, isSpec }) => path.startsWith('libs/') && !isSpec);
  const errors = files.flatMap(({ path, text }) =>
    [...text.matchAll(declaration)].flatMap(([, docstring = '', className = '', body = '']) => {
      const codes = codesIn(body);
      return codes.length > 0 ? [{ className, codes, package: packageOf(path), meaning: oneLine(docstring) }] : [];
    }),
  );
  return errors.toSorted((a, b) => a.codes[0]!.localeCompare(b.codes[0]!) || a.className.localeCompare(b.className));
}

/** Every code that a class of the product assigns, whether or not the class has a docstring. */
export function readCodes(): readonly string[] {
  const files = readSourceFiles().filter(({ path, isSpec }) => path.startsWith('libs/') && !isSpec);
  return [...new Set(files.flatMap(({ text }) => codesIn(text)))].toSorted();
}

/** `readonly code = 'A'`, or `readonly code: 'A' | 'B'` as a constructor parameter. */
function codesIn(source: string): readonly string[] {
  const found = [...source.matchAll(/readonly code(?: = |: )((?:'[A-Z_]+'(?: \| )?)+)/g)];
  return found.flatMap(([, literals = '']) => [...literals.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code!));
}

const oneLine = (docstring: string): string => docstring.replaceAll(/\s*\n\s*\*\s?/g, ' ').trim();
