import { splitFirstSegment } from '@later/http-kit';

import { scaleByAlerts } from './alerts/scale-by-alerts.js';
import { forwardToProvider } from './forward-to-provider.js';
import { changeFunctions, changeNamespace, scaleFunction } from './functions/change-functions.js';
import { listFunctions, readFunction } from './functions/show-functions.js';
import { showInfo } from './info/show-info.js';
import { followLogs } from './logs/follow-logs.js';
import type { SystemHandler, SystemRequest } from './function-admin.js';

type Method = SystemRequest['method'];

export interface SystemRoute {
  /** Whether a name follows, as in `/system/function/NAME`. */
  readonly named?: boolean;
  readonly by: Readonly<Partial<Record<Method, SystemHandler>>>;
}

/** Every route under `/system/` (OpenFaaS contract, System). */
const routes = new Map<string, SystemRoute>([
  ['info', { by: { GET: showInfo } }],
  ['functions', { by: { GET: listFunctions, POST: changeFunctions, PUT: changeFunctions, DELETE: changeFunctions } }],
  ['function', { named: true, by: { GET: readFunction } }],
  ['scale-function', { named: true, by: { POST: scaleFunction } }],
  [
    'secrets',
    { by: { GET: forwardToProvider, POST: forwardToProvider, PUT: forwardToProvider, DELETE: forwardToProvider } },
  ],
  ['namespaces', { by: { GET: forwardToProvider } }],
  [
    'namespace',
    {
      named: true,
      by: { GET: forwardToProvider, POST: changeNamespace, PUT: changeNamespace, DELETE: changeNamespace },
    },
  ],
  ['logs', { by: { GET: followLogs } }],
  ['alert', { by: { POST: scaleByAlerts } }],
]);

/**
 * Finds the route of a path, and the path at the provider. A trailing slash does not change the path.
 * @param path as the client sent it, still percent-encoded
 * @returns undefined when no route has the path
 */
export function findRoute(path: string): { route: SystemRoute; name: string; path: string } | undefined {
  const [area, name, more] = segmentsOf(splitFirstSegment(path).rest);
  const route = area === undefined ? undefined : routes.get(area);
  if (!route || more !== undefined || (name !== undefined) !== (route.named ?? false)) return undefined;
  // The provider would read these two names as another path.
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
