import type { IncomingMessage } from 'node:http';

import { requestTargetOf, takeSegment } from '@later/http-kit';
import { parseFunctionAddress, type FunctionAddress } from '@later/job-schema';

import { refusals, type Refusal } from './refusal.js';

/** What a URL under `/function/` or `/async-function/` calls. */
export interface CallTarget {
  /** As called: with `.namespace` if it was given. */
  readonly functionName: string;
  readonly address: FunctionAddress;
  /** What comes after the name, percent-encoding untouched; `/` when nothing does. */
  readonly path: string;
  /** Raw, without the `?`. */
  readonly query: string;
}

/**
 * Reads `/function/NAME[/path][?query]` from what was sent: a router would have decoded it, and a function must see what
 * its caller wrote.
 */
export function readCallTarget(
  request: IncomingMessage,
): { readonly target: CallTarget } | { readonly refusal: Refusal } {
  const { path: whole, query } = requestTargetOf(request);
  const { segment: written, rest: path } = takeSegment(takeSegment(whole).rest);
  if (written === '') return { refusal: refusals.noName() };
  const functionName = decode(written);
  const address = parseFunctionAddress(functionName);
  if (!address) return { refusal: refusals.badName(functionName) };
  return { target: { functionName, address, path: path || '/', query } };
}

function decode(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
