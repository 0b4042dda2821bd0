import type { IncomingMessage } from 'node:http';

import { parseFunctionAddress, type FunctionAddress } from '@later/job-schema';

import { requestTargetOf, takeSegment } from './request-target.js';

/** What a URL of the form `/ROUTE/NAME[/path][?query]` calls. */
export interface FunctionTarget {
  /** As called: with `.namespace` if it was given. */
  readonly functionName: string;
  readonly address: FunctionAddress;
  /** What comes after the name, percent-encoding untouched; `/` when nothing does. */
  readonly path: string;
  /** Raw, without the `?`. */
  readonly query: string;
}

/**
 * Reads it from what was sent: a router would have decoded it, and a function must see what its caller wrote.
 * @returns what stands where the name should, when that can be none; empty when nothing does
 */
export function readFunctionTarget(
  request: IncomingMessage,
): { readonly target: FunctionTarget } | { readonly unusable: string } {
  const { path: whole, query } = requestTargetOf(request);
  const { segment, rest: path } = takeSegment(takeSegment(whole).rest);
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
