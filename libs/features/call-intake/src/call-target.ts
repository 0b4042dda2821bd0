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
 * Reads a request's raw URL: a router would have decoded it, and a function must see what its caller wrote.
 * @param url as in the request line, e.g. `/function/figlet/a%2Fb?x=1`
 */
export function readCallTarget(url: string): { readonly target: CallTarget } | { readonly refusal: Refusal } {
  const queryStart = url.indexOf('?');
  const wholePath = queryStart < 0 ? url : url.slice(0, queryStart);
  const nameStart = wholePath.indexOf('/', 1) + 1;
  if (nameStart === 0) return { refusal: refusals.noName() };
  const nameEnd = wholePath.indexOf('/', nameStart);
  const written = nameEnd < 0 ? wholePath.slice(nameStart) : wholePath.slice(nameStart, nameEnd);
  if (written === '') return { refusal: refusals.noName() };
  const functionName = decode(written);
  const address = parseFunctionAddress(functionName);
  if (!address) return { refusal: refusals.badName(functionName) };
  const path = nameEnd < 0 ? '/' : wholePath.slice(nameEnd);
  const query = queryStart < 0 ? '' : url.slice(queryStart + 1);
  return { target: { functionName, address, path, query } };
}

function decode(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
