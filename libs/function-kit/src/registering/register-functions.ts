import { functionDeclaration, type FunctionDeclaration } from '../declaring/function-declaration.js';
import type { FunctionMethod } from '../declaring/later-function.js';
import { faults, InvalidFunctionsError } from './faults.js';

/** A decorated member that discovery found. It is unchecked. */
export interface FoundFunction {
  /** `Class.method`, for messages. */
  readonly member: string;
  readonly declared: unknown;
  readonly invoke: FunctionMethod;
}

/** A checked function. */
export interface RegisteredFunction extends FunctionDeclaration {
  readonly path: string;
  readonly member: string;
  readonly invoke: FunctionMethod;
}

/**
 * Checks all found functions.
 * @param knownFaults the faults that discovery found
 * @param isTaken whether another route of the app has this path
 * @throws InvalidFunctionsError naming every fault
 */
export function registerFunctions(
  found: readonly FoundFunction[],
  knownFaults: readonly string[],
  isTaken: (path: string) => boolean,
): ReadonlyMap<string, RegisteredFunction> {
  const all = [...knownFaults];
  const valid: RegisteredFunction[] = [];
  for (const { member, declared, invoke } of found) {
    const read = functionDeclaration.safeParse(declared);
    if (!read.success) all.push(...read.error.issues.map((i) => faults.option(member, i.path.join('.'), i.message)));
    else valid.push({ ...read.data, path: `/${read.data.name}`, member, invoke });
  }
  for (const [name, sharers] of Map.groupBy(valid, (each) => each.name))
    if (sharers.length > 1)
      all.push(
        faults.declaredTwice(
          name,
          sharers.map((each) => each.member),
        ),
      );
  for (const { member, path } of valid) if (isTaken(path)) all.push(faults.pathTaken(member, path));
  if (all.length > 0) throw new InvalidFunctionsError(all);
  return new Map(valid.map((each) => [each.name, each]));
}
