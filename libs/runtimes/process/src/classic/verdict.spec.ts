import { expect, test } from 'vitest';

import { answerOf, logLineOf, type Verdict } from './verdict.js';

const output = Buffer.from('output\n');
const errors = Buffer.from('errors\n');

test.each<[Verdict, number, string]>([
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
])('%j is answered %i, %j', (verdict, status, body) => {
  const answer = answerOf(verdict);
  expect([answer.status, answer.body.toString()]).toEqual([status, body]);
});

test.each<[Verdict, number, string]>([
  [{ kind: 'too-slow', timeoutMs: 500 }, 504, 'exec_timeout'],
  [{ kind: 'too-much', maxOutputBytes: 10 }, 500, 'more than 10 bytes'],
  [{ kind: 'not-found', command: 'figlet' }, 500, '"figlet" was not found'],
  [{ kind: 'not-started', command: 'figlet', reason: 'spawn E2BIG' }, 500, 'spawn E2BIG'],
  [{ kind: 'stopped' }, 502, 'stopped'],
])('%j is answered %i, and tells of %j', (verdict, status, told) => {
  const answer = answerOf(verdict);
  expect(answer.status).toBe(status);
  expect(answer.body.toString()).toContain(told);
});

test('a log is told how it ended, and nothing of what the function put out', () => {
  expect(logLineOf({ kind: 'answered', output })).toBeUndefined();
  expect(logLineOf({ kind: 'failed', ending: { kind: 'exited', status: 3 }, output, errors })).toBe('exit status 3');
  expect(logLineOf({ kind: 'stopped' })).toBe('The function was stopped.');
});
