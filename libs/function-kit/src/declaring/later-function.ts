import type { FunctionCall } from '../calling/function-call.js';
import type { FunctionAnswer } from '../calling/function-result.js';
import type { LaterFunctionOptions } from './function-declaration.js';
import { declareMisplaced, declareOn } from './function-metadata.js';

/** The type of a method that can be a function. */
export type FunctionMethod = (call: FunctionCall) => FunctionAnswer | Promise<FunctionAnswer>;

/** Declares a provider's method as a function at `/<name>`. */
export function LaterFunction(options: LaterFunctionOptions) {
  return <Method extends FunctionMethod>(
    target: object,
    member: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    const method = (descriptor as typeof descriptor | undefined)?.value;
    // Discovery skips static methods and accessors silently: remember them, so that the start reports them.
    if (typeof target === 'function') declareMisplaced(target as () => unknown, member);
    else if (typeof method !== 'function') declareMisplaced(target.constructor, member);
    else declareOn(method, options);
  };
}
