import { eventually, System } from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { faasCli, type LogLine } from '../clients/faas-cli.js';

let system: System;
let cli: ReturnType<typeof faasCli>;

beforeAll(async () => {
  system = await System.start({ transport: 'embedded', standalone: true });
  cli = faasCli(system.gatewayUrl);
});
afterAll(() => system?.stop());

const functions = '/system/functions';
const json = (text: string): unknown => JSON.parse(text);
const ask = async (method: string, path: string, body?: unknown): Promise<number> =>
  (await cli.system(method, path, body)).status;

describe('namespaces', () => {
  test('POST/PUT/DELETE/GET /system/namespace/NAME: 202/202/202/200, and exactly the namespaces that exist', async () => {
    const given = { name: 'team', labels: { a: 'b' }, annotations: { openfaas: '1' } };
    expect(await ask('POST', '/system/namespace/team', given)).toBe(202);
    expect(await ask('POST', '/system/namespace/team', given), 'twice').toBe(409);
    expect(((await cli.namespaces()) as string[]).toSorted()).toEqual(['openfaas-fn', 'team']);
    expect(json((await cli.system('GET', '/system/namespace/team')).text)).toEqual(given);
    expect(await ask('PUT', '/system/namespace/team', { name: 'team', labels: { c: 'd' } })).toBe(202);
    expect(json((await cli.system('GET', '/system/namespace/team')).text)).toMatchObject({ labels: { c: 'd' } });
    expect(await ask('DELETE', '/system/namespace/team', { name: 'team' })).toBe(202);
    expect(await cli.namespaces()).toEqual(['openfaas-fn']);
    expect(await ask('DELETE', '/system/namespace/openfaas-fn'), 'the one of functions that name none').toBe(409);
  });

  test('?namespace= in the query, for functions, scaling, logs, removal and secrets', async () => {
    const inTeam = '?namespace=team';
    expect(await ask('POST', '/system/namespace/team', {})).toBe(202);
    expect(await ask('POST', functions, { service: 'twin', namespace: 'team', image: 'x', envProcess: 'cat' })).toBe(
      202,
    );
    expect(await ask('POST', functions, { service: 'twin', image: 'x', envProcess: 'cat' })).toBe(202);
    expect((await cli.list('team')).map(({ name, namespace }) => [name, namespace])).toEqual([['twin', 'team']]);
    const scaling = { serviceName: 'twin', replicas: 2 };
    expect(await ask('POST', `/system/scale-function/twin${inTeam}`, scaling)).toBe(202);
    const replicasOf = async (query: string): Promise<unknown> =>
      json((await cli.system('GET', `/system/function/twin${query}`)).text);
    expect(await replicasOf(inTeam)).toMatchObject({ namespace: 'team', replicas: 2 });
    expect(await replicasOf('')).toMatchObject({ namespace: 'openfaas-fn', replicas: 1 });
    expect(await ask('POST', '/system/secrets', { name: 'key', namespace: 'team', value: 'x' })).toBe(202);
    expect(await cli.secrets('team')).toEqual([{ name: 'key', namespace: 'team' }]);
    expect(await cli.secrets()).toEqual([]);
    expect(await ask('GET', `/system/logs?name=twin&namespace=team`)).toBe(200);
    expect(await ask('DELETE', `${functions}${inTeam}`, { functionName: 'twin' })).toBe(202);
    expect(await ask('GET', `/system/function/twin${inTeam}`)).toBe(404);
    expect(await ask('GET', '/system/function/twin')).toBe(200);
    expect((await cli.remove('twin')).status).toBe(202);
    expect(await ask('DELETE', '/system/namespace/team')).toBe(202);
    for (const path of [functions, '/system/secrets']) expect(await ask('GET', `${path}${inTeam}`)).toBe(400);
  });
});

describe('secrets', () => {
  test('value or rawValue (base64): 200/202/202/202, 409 for one there is; the list has names only', async () => {
    const raw = { name: 'raw', namespace: 'openfaas-fn', rawValue: Buffer.from('confidential').toString('base64') };
    expect(await ask('POST', '/system/secrets', raw)).toBe(202);
    expect(await ask('POST', '/system/secrets', raw)).toBe(409);
    const listed = await cli.system('GET', '/system/secrets');
    expect([listed.status, json(listed.text)]).toEqual([200, [{ name: 'raw', namespace: 'openfaas-fn' }]]);
    expect(await ask('PUT', '/system/secrets', { name: 'raw', value: 'changed' })).toBe(202);
    const reader = { service: 'reader', image: 'x', envProcess: 'cat /var/openfaas/secrets/raw', secrets: ['raw'] };
    expect((await cli.deploy(reader)).status).toBe(202);
    expect((await cli.invoke('reader', '')).text).toBe('changed');
    expect(await ask('DELETE', '/system/secrets', { name: 'raw' }), 'while a function names it').toBe(409);
    expect((await cli.remove('reader')).status).toBe(202);
    expect(await ask('DELETE', '/system/secrets', { name: 'raw', namespace: 'openfaas-fn' })).toBe(202);
  });

  test.each([
    ['name', { name: '../x', value: 'x' }],
    ['name', { value: 'x' }],
    ['value', { name: 'x' }],
    ['rawValue', { name: 'x', rawValue: '!' }],
    ['namespace', { name: 'x', value: 'x', namespace: 'nowhere' }],
  ])('bad input: 400 naming %s, nothing changed', async (field, wrong) => {
    const refused = await cli.system('POST', '/system/secrets', wrong);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(`${field}: `) as string]);
    expect(await cli.secrets()).toEqual([]);
  });
});

describe('logs', () => {
  const read = async (query: string): Promise<LogLine[]> => {
    const { status, headers, text } = await cli.system('GET', `/system/logs?name=talker${query}`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    return text.split('\n').flatMap((line) => (line === '' ? [] : [json(line) as LogLine]));
  };

  beforeAll(async () => {
    await cli.deploy({ service: 'talker', image: 'x', envProcess: 'ls /nowhere-at-all' });
    for (let times = 0; times < 3; times++) expect((await cli.invoke('talker', '')).status).toBe(500);
    // The last line is written after the answer.
    await eventually(async () => (await read('')).filter(({ text }) => text.startsWith('Wrote ')).length === 3);
  });
  afterAll(() => cli.remove('talker'));

  test('NDJSON {"name","namespace","instance","timestamp","text"}; ends by itself without follow', async () => {
    for (const line of await read('&follow=false')) {
      expect(line).toEqual({
        name: 'talker',
        namespace: 'openfaas-fn',
        instance: expect.stringMatching(/^talker-/) as string,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
        text: expect.stringMatching(/./) as string,
      });
    }
  });

  test('tail: the last so many', async () => {
    const all = await read('&tail=-1');
    expect(all.length).toBeGreaterThanOrEqual(9);
    expect(await read('&tail=2')).toEqual(all.slice(-2));
    expect(await read('&tail=1000')).toEqual(all);
  });

  test('since: from a time on', async () => {
    const all = await read('');
    const from = all.at(-1)!.timestamp;
    const later = all.filter(({ timestamp }) => Date.parse(timestamp) >= Date.parse(from));
    expect(await read(`&since=${encodeURIComponent(from)}`)).toEqual(later);
    expect(await read('&since=2100-01-01T00:00:00%2B09:00')).toEqual([]);
  });

  test('instance: of this one only', async () => {
    const all = await read('');
    expect(await read(`&instance=${all[0]!.instance}`)).toEqual(all);
    expect(await read('&instance=talker-none')).toEqual([]);
  });

  test.each(['tail=some', 'tail=-2', 'since=yesterday', 'follow=maybe'])('bad input: 400: %s', async (query) => {
    const { status, text } = await cli.system('GET', `/system/logs?name=talker&${query}`);
    expect([status, text]).toEqual([400, expect.stringContaining(`${query.split('=')[0]}: `) as string]);
  });
});
