import type { IncomingMessage } from 'node:http';

import { readFunctionTarget, type FunctionTarget, type Refusal } from '@later/http-kit';

import { refusals } from './refusals.js';

/** Reads the function and path of a URL under `/function/` or `/async-function/`. */
export function readCallTarget(
  request: IncomingMessage,
): { readonly target: FunctionTarget } | { readonly refusal: Refusal } {
  const read = readFunctionTarget(request);
  if ('target' in read) return read;
  return { refusal: read.unusable === '' ? refusals.noName() : refusals.badName(read.unusable) };
}
