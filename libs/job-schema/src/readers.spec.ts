import { describe, expect, test } from 'vitest';

import { parseByteSize } from './byte-size.js';
import { callId, newCallId } from './call-id.js';
import { duration, formatDuration, parseDuration } from './duration.js';
import { parseFunctionAddress } from './function-name.js';

test('reads durations such as 500ms, 10s and 1h30m, and refuses other text', () => {
  const written = { '500ms': 500, '10s': 10_000, '5m': 300_000, '1h30m': 5_400_000, '0.5s': 500, '0s': 0 };
  for (const [text, ms] of Object.entries(written)) expect(parseDuration(text), text).toBe(ms);
  for (const text of ['', '10', 's', '-1s', '1d', '10 s', '9999999999h'])
    expect(parseDuration(text), text).toBeUndefined();
  expect(duration.safeParse('soon').error?.issues[0]?.message).toContain(
    'such as 500ms, 10s or 5m, at most 24 days, received "soon"',
  );
  expect([500, 10_000, 90_000, 3_600_000].map(formatDuration)).toEqual(['500ms', '10s', '90s', '1h']);
});

test('reads sizes such as 900KiB and 1MiB, and refuses other text', () => {
  expect(['65536', '900KiB', '1MiB', '2 GiB'].map(parseByteSize)).toEqual([65_536, 921_600, 1_048_576, 2_147_483_648]);
  for (const text of ['', '1MB', '-1', '1.5KiB']) expect(parseByteSize(text), text).toBeUndefined();
});

describe('a function address', () => {
  test('is divided at the last dot', () => {
    expect(parseFunctionAddress('figlet')).toEqual({ name: 'figlet', namespace: 'openfaas-fn' });
    expect(parseFunctionAddress('a.b.staging')).toEqual({ name: 'a.b', namespace: 'staging' });
  });

  test('is undefined for an invalid name', () => {
    for (const name of ['', '.openfaas-fn', 'figlet.', 'a/b', 'a b', 'ä', '../x', 'a\0']) {
      expect(parseFunctionAddress(name), JSON.stringify(name)).toBeUndefined();
    }
  });
});

test('a call id is a UUID of Later, or printable ASCII of the caller', () => {
  expect(callId.safeParse(newCallId()).success).toBe(true);
  expect(callId.safeParse('trace-1/2').success).toBe(true);
  for (const bad of ['', 'a b', 'ä', 'x'.repeat(201), 'a\r\nb']) expect(callId.safeParse(bad).success, bad).toBe(false);
});
