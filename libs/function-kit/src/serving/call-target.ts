import type { IncomingMessage } from 'node:http';

import { requestTargetOf, takeSegment } from '@later/http-kit';

/** What a request target says: which function, and what is left for it. */
export interface CallTarget {
  readonly name: string;
  /** `/` when none was given. */
  readonly path: string;
  readonly query: string;
}

/** Reads `/NAME[/path][?query]` and decodes nothing: the function gets what the caller wrote. */
export function readCallTarget(request: IncomingMessage): CallTarget {
  const { path, query } = requestTargetOf(request);
  const { segment: name, rest } = takeSegment(path);
  return { name, path: rest || '/', query };
}
