import type { IncomingMessage } from 'node:http';

import { requestTargetOf, splitFirstSegment } from '@later/http-kit';

/** The function of a request, and the path and query for it. */
export interface ServedTarget {
  readonly name: string;
  /** `/` when it is empty. */
  readonly path: string;
  readonly query: string;
}

/** Reads `/NAME[/path][?query]` without decoding: the function must see what its caller wrote. */
export function readServedTarget(request: IncomingMessage): ServedTarget {
  const { path, query } = requestTargetOf(request);
  const { segment: name, rest } = splitFirstSegment(path);
  return { name, path: rest || '/', query };
}
