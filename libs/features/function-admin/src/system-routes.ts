import { splitFirstSegment } from '@later/http-kit';

import { takeAlerts } from './alert/take-alerts.js';
import { changeFunctions, changeNamespace, passOn, scaleFunction } from './passing/pass-on.js';
import { listFunctions, readFunction } from './passing/counted-status.js';
import { followLogs } from './passing/follow-logs.js';
import { tellInfo } from './passing/merged-info.js';
import type { SystemHandler, SystemRequest } from './function-admin.js';

type Method = SystemRequest['method'];

export interface SystemRoute {
  /** Whether a name comes after it: `/system/function/NAME`. */
  readonly named?: boolean;
  readonly by: Readonly<Partial<Record<Method, SystemHandler>>>;
}

/** Everything under `/system/` (OpenFaaS contract, System). */
const routes = new Map<string, SystemRoute>([
  ['info', { by: { GET: tellInfo } }],
  ['functions', { by: { GET: listFunctions, POST: changeFunctions, PUT: changeFunctions, DELETE: changeFunctions } }],
  ['function', { named: true, by: { GET: readFunction } }],
  ['scale-function', { named: true, by: { POST: scaleFunction } }],
  ['secrets', { by: { GET: passOn, POST: passOn, PUT: passOn, DELETE: passOn } }],
  ['namespaces', { by: { GET: passOn } }],
  [
    'namespace',
    { named: true, by: { GET: passOn, POST: changeNamespace, PUT: changeNamespace, DELETE: changeNamespace } },
  ],
  ['logs', { by: { GET: followLogs } }],
  ['alert', { by: { POST: takeAlerts } }],
]);

/**
 * Finds the route of a path and the path that the provider has for it; a trailing slash is the same path.
 * @param path as it was sent, percent-encoding untouched
 * @returns undefined for a path that there is no route for
 */
export function findRoute(path: string): { route: SystemRoute; name: string; path: string } | undefined {
  const [area, name, more] = segmentsOf(splitFirstSegment(path).rest);
  const route = area === undefined ? undefined : routes.get(area);
  if (!route || more !== undefined || (name !== undefined) !== (route.named ?? false)) return undefined;
  // To the provider these would stand for another path.
  if (name === '.' || name === '..') return undefined;
  const rest = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return { route, name: name ?? '', path: `/system/${area}${rest}` };
}

function segmentsOf(path: string): readonly string[] {
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/', 3);
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return [];
  }
}
