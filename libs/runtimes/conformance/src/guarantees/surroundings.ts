import { readFile, rename, writeFile } from 'node:fs/promises';

import { eventually } from '@later/testing';
import { expect } from 'vitest';

import type { Scene } from '../scene.js';

/** In the provider's own environment while the suite runs. */
const canary = 'LATER_CONFORMANCE_CANARY';

export const surroundings = {
  'gives the function its environment, and nothing of the provider’s': async (scene: Scene) => {
    process.env[canary] = 'provider';
    const envVars = { plain: 'a', EMPTY: '', odd: ' "$HOME" \\ `id` \n=ü= ', 'with.dots-and': 'x' };
    try {
      const environment = await scene.start('environment', { envVars });
      const seen = JSON.parse((await environment.call()).body.toString()) as Record<string, string>;
      expect(seen).toMatchObject(envVars);
      expect(seen['PATH']).toContain('/bin');
      expect(Object.keys(seen)).not.toContain(canary);
    } finally {
      delete process.env[canary];
    }
  },

  'shows it its secrets as files, read-only in effect': async (scene: Scene) => {
    const secret = await scene.start('secret', { secret: 'open sesame\n' });
    expect((await secret.call()).body.toString()).toBe('open sesame\n');
    const overwrites = await scene.start('overwrites-secret', { secret: 'open sesame\n' });
    expect((await overwrites.call()).body.toString()).not.toBe('written');
    expect(await readFile(scene.secretPath, 'utf8')).toBe('open sesame\n');
  },

  'shows a function that runs what its secret has become': async (scene: Scene) => {
    const secret = await scene.start('secret', { secret: 'old' });
    expect((await secret.call()).body.toString()).toBe('old');
    // As a provider writes it: whole or not at all.
    await writeFile(`${scene.secretPath}.new`, 'new');
    await rename(`${scene.secretPath}.new`, scene.secretPath);
    await eventually(async () => (await secret.call()).body.toString() === 'new');
  },

  'writes what the function prints to its log': async (scene: Scene) => {
    const prints = await scene.start('prints');
    expect((await prints.call()).body.toString()).toBe('printed');
    await eventually(() => prints.log.includes('printed: zwei, 二'));
    expect(prints.log.filter((line) => line.startsWith('printed'))).toEqual(['printed: one', 'printed: zwei, 二']);
  },

  'tells what an instance uses': async (scene: Scene) => {
    const busy = await scene.start('busy');
    const broken = new AbortController();
    const call = busy.call({ signal: broken.signal }).catch(() => undefined);
    await eventually(() => busy.log.includes('busy: called'));
    await eventually(async () => (await busy.instance.usage()).cpuMilli > 50);
    expect((await busy.instance.usage()).memoryBytes).toBeGreaterThan(1024 ** 2);
    broken.abort();
    await call;
  },
};
