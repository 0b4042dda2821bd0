import { expect, test } from 'vitest';

import { logLineFor, responseFor, type CallVerdict } from './call-verdict.js';

const output = Buffer.from('output\n');
const errors = Buffer.from('errors\n');

test.each<[CallVerdict, number, string]>([
  [{ kind: 'answered', output }, 200, 'output\n'],
  [{ kind: 'failed', ending: { kind: 'exited', status: 3 }, output, errors }, 500, 'exit status 3\noutput\nerrors\n'],
  [
    { kind: 'failed', ending: { kind: 'killed', signal: 'SIGKILL' }, output, errors },
    500,
    'signal: killed\noutput\nerrors\n',
  ],
  [
    { kind: 'failed', ending: { kind: 'killed', signal: 'SIGUSR1' }, output, errors },
    500,
    'signal: SIGUSR1\noutput\nerrors\n',
  ],
])('the verdict %j gives status %i and body %j', (verdict, status, body) => {
  const response = responseFor(verdict);
  expect([response.status, response.body.toString()]).toEqual([status, body]);
});

test.each<[CallVerdict, number, string]>([
  [{ kind: 'too-slow', timeoutMs: 500 }, 504, 'exec_timeout'],
  [{ kind: 'too-much', maxOutputBytes: 10 }, 500, 'more than 10 bytes'],
  [{ kind: 'not-found', command: 'figlet' }, 500, '"figlet" was not found'],
  [{ kind: 'not-started', command: 'figlet', reason: 'spawn E2BIG' }, 500, 'spawn E2BIG'],
  [{ kind: 'stopped' }, 502, 'stopped'],
])('the verdict %j gives status %i and a body that contains %j', (verdict, status, text) => {
  const response = responseFor(verdict);
  expect(response.status).toBe(status);
  expect(response.body.toString()).toContain(text);
});

test('the log line tells how the process ended and repeats nothing of its output', () => {
  expect(logLineFor({ kind: 'answered', output })).toBeUndefined();
  expect(logLineFor({ kind: 'failed', ending: { kind: 'exited', status: 3 }, output, errors })).toBe('exit status 3');
  expect(logLineFor({ kind: 'stopped' })).toBe('The function was stopped.');
});
