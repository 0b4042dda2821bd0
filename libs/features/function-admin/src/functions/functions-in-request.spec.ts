import { expect, test } from 'vitest';

import { functionsInRequest } from './functions-in-request.js';

const named = (body: unknown, query = '', inPath?: string): readonly string[] =>
  functionsInRequest(
    Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    new URLSearchParams(query),
    inPath,
  )
    .map(({ name, namespace }) => `${name}/${namespace}`)
    .sort();

test.each([
  [{ service: 'figlet' }, '', undefined, ['figlet/openfaas-fn']],
  [{ service: 'figlet', namespace: 'staging' }, '', undefined, ['figlet/staging']],
  [{ functionName: 'figlet' }, 'namespace=staging', undefined, ['figlet/staging']],
  [{ functionName: 'figlet', namespace: '' }, '', undefined, ['figlet/openfaas-fn']],
  [{ functionName: 'figlet', namespace: 'a' }, 'namespace=b', undefined, ['figlet/a', 'figlet/b']],
  [{ functionName: 'figlet.staging' }, '', undefined, ['figlet.staging/openfaas-fn', 'figlet/staging']],
  [{ replicas: 1 }, '', 'figlet', ['figlet/openfaas-fn']],
  [{ service: 1, namespace: {} }, '', undefined, []],
  ['not JSON', '', undefined, []],
  ['null', '', undefined, []],
])('the body %j with the query "%s" and %s in the path names %j', (body, query, inPath, addresses) => {
  expect(named(body, query, inPath)).toEqual(addresses);
});
