import type { IncomingMessage } from 'node:http';

import { readFunctionTarget, type FunctionTarget } from '@later/http-kit';

import { refusals, type Refusal } from './refusal.js';

/** What a URL under `/function/` or `/async-function/` calls. */
export type CallTarget = FunctionTarget;

export function readCallTarget(
  request: IncomingMessage,
): { readonly target: CallTarget } | { readonly refusal: Refusal } {
  const read = readFunctionTarget(request);
  if ('target' in read) return read;
  return { refusal: read.unusable === '' ? refusals.noName() : refusals.badName(read.unusable) };
}
