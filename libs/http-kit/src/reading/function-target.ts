import type { IncomingMessage } from 'node:http';

import { parseFunctionAddress, type FunctionAddress } from '@later/job-schema';

import { requestTargetOf, splitFirstSegment } from './request-target.js';

/** The function and the rest of a URL of the form `/ROUTE/NAME[/path][?query]`. */
export interface FunctionTarget {
  /** As the caller wrote it: with `.namespace` if it was given. */
  readonly functionName: string;
  readonly address: FunctionAddress;
  /** The path after the name, still percent-encoded; `/` when it is empty. */
  readonly path: string;
  /** The raw query without the `?`. */
  readonly query: string;
}

/**
 * Reads the target from the request itself: a router would decode it, and a function must see what its caller wrote.
 * @returns `unusable`: the text in the place of the name, when it cannot be a name; it may be empty
 */
export function readFunctionTarget(
  request: IncomingMessage,
): { readonly target: FunctionTarget } | { readonly unusable: string } {
  const { path: whole, query } = requestTargetOf(request);
  const { segment, rest: path } = splitFirstSegment(splitFirstSegment(whole).rest);
  const functionName = decode(segment);
  const address = parseFunctionAddress(functionName);
  return address ? { target: { functionName, address, path: path || '/', query } } : { unusable: functionName };
}

function decode(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
