import { readFile, rename, writeFile } from 'node:fs/promises';

import { eventually } from '@later/testing';
import { expect } from 'vitest';

import type { ConformanceRun } from '../conformance-run.js';

/** A variable that only the provider's own environment has during the test. */
const canary = 'LATER_CONFORMANCE_CANARY';

export const environmentGuarantees = {
  'gives the function its environment, and nothing of the provider’s': async (run: ConformanceRun) => {
    process.env[canary] = 'provider';
    const envVars = { plain: 'a', EMPTY: '', odd: ' "$HOME" \\ `id` \n=ü= ', 'with.dots-and': 'x' };
    try {
      const environment = await run.start('environment', { envVars });
      const seen = JSON.parse((await environment.call()).body.toString()) as Record<string, string>;
      expect(seen).toMatchObject(envVars);
      expect(seen['PATH']).toContain('/bin');
      expect(Object.keys(seen)).not.toContain(canary);
    } finally {
      delete process.env[canary];
    }
  },

  'shows it its secrets as files, read-only in effect': async (run: ConformanceRun) => {
    const secret = await run.start('secret', { secret: 'open sesame\n' });
    expect((await secret.call()).body.toString()).toBe('open sesame\n');
    const overwrites = await run.start('overwrites-secret', { secret: 'open sesame\n' });
    expect((await overwrites.call()).body.toString()).not.toBe('written');
    expect(await readFile(run.secretPath, 'utf8')).toBe('open sesame\n');
  },

  'shows a function that runs what its secret has become': async (run: ConformanceRun) => {
    const secret = await run.start('secret', { secret: 'old' });
    expect((await secret.call()).body.toString()).toBe('old');
    // Replaces the file in one step, as a provider does.
    await writeFile(`${run.secretPath}.new`, 'new');
    await rename(`${run.secretPath}.new`, run.secretPath);
    await eventually(async () => (await secret.call()).body.toString() === 'new');
  },

  'writes what the function prints to its log': async (run: ConformanceRun) => {
    const prints = await run.start('prints');
    expect((await prints.call()).body.toString()).toBe('printed');
    await eventually(() => prints.log.includes('printed: zwei, 二'));
    expect(prints.log.filter((line) => line.startsWith('printed'))).toEqual(['printed: one', 'printed: zwei, 二']);
  },

  'tells what an instance uses': async (run: ConformanceRun) => {
    const busy = await run.start('busy');
    const broken = new AbortController();
    const call = busy.call({ signal: broken.signal }).catch(() => undefined);
    await eventually(() => busy.log.includes('busy: called'));
    await eventually(async () => (await busy.instance.usage()).cpuMilli > 50);
    expect((await busy.instance.usage()).memoryBytes).toBeGreaterThan(1024 ** 2);
    broken.abort();
    await call;
  },
};
