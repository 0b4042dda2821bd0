const bracket = '|/\\[]{}()<>';
/** A character of a later class replaces one of an earlier class. */
const hierarchy = ['|', '/\\', '[]', '{}', '()', '<>'];
const pairs = new Set(['[]', '][', '{}', '}{', '()', ')(']);

/**
 * Merges two characters where a letter touches the letter before it. The font Standard uses four of the six rules.
 * @returns undefined when both characters stay
 */
export function smush(left: string, right: string, hardBlank: string): string | undefined {
  if (left === hardBlank || right === hardBlank) return undefined;
  if (left === right) return left;
  if (left === '_' && bracket.includes(right)) return right;
  if (right === '_' && bracket.includes(left)) return left;
  if (pairs.has(left + right)) return '|';
  const [leftClass, rightClass] = [left, right].map((each) => hierarchy.findIndex((those) => those.includes(each)));
  if (leftClass === undefined || rightClass === undefined || leftClass < 0 || rightClass < 0) return undefined;
  if (leftClass === rightClass) return undefined;
  return leftClass > rightClass ? left : right;
}
