import { eventually } from '@later/testing';
import { expect } from 'vitest';

import type { Scene } from '../scene.js';

/** A stubborn function, two children, and the two of each. */
const resisting = 7;

export const living = {
  'start rejects with why a function cannot start, and leaves nothing': async (scene: Scene) => {
    await expect(scene.start('cannot-start')).rejects.toThrow('no licence');
    expect(await scene.remains()).toEqual([]);
  },

  'start gives up when its signal aborts, and leaves nothing': async (scene: Scene) => {
    const unwanted = new AbortController();
    const starting = expect(scene.start('never-ready', { signal: unwanted.signal })).rejects.toThrow();
    await eventually(() => scene.log.includes('never ready'));
    unwanted.abort(new Error('Not wanted any more'));
    await starting;
    expect(await scene.remains()).toEqual([]);
    await expect(scene.start('echo', { signal: unwanted.signal }), 'not wanted before it began').rejects.toThrow();
    expect(await scene.remains()).toEqual([]);
  },

  'tells when an instance ended by itself': async (scene: Scene) => {
    const dies = await scene.start('dies');
    await dies.call().catch(() => undefined);
    expect(await dies.instance.ended).toMatch(/\b7\b/);
    await dies.instance.stop();
    expect(await scene.remains()).toEqual([]);
  },

  'does not tell of an instance that was stopped': async (scene: Scene) => {
    const echo = await scene.start('echo');
    let told = false;
    void echo.instance.ended.then(() => (told = true));
    await echo.instance.stop();
    expect(await scene.remains()).toEqual([]);
    expect(told).toBe(false);
  },

  'stop ends all that an instance started, whatever it does against it': async (scene: Scene) => {
    const stubborn = await scene.start('stubborn');
    const call = stubborn.call().catch(() => undefined);
    await eventually(() => stubborn.log.filter((line) => line === 'resists').length === resisting);
    await stubborn.instance.stop();
    expect(await scene.remains()).toEqual([]);
    await call;
    await eventually(() => stubborn.answering === 0);
  },

  'stop may be called twice': async (scene: Scene) => {
    const echo = await scene.start('echo');
    await echo.call();
    await Promise.all([echo.instance.stop(), echo.instance.stop()]);
    await echo.instance.stop();
    expect(await scene.remains()).toEqual([]);
  },

  'answers 502 or 503 once it is stopped': async (scene: Scene) => {
    const echo = await scene.start('echo');
    await echo.instance.stop();
    expect([502, 503]).toContain((await echo.call({ body: Buffer.from('x') })).status);
  },

  'close ends all that still runs': async (scene: Scene) => {
    const [one, two] = [await scene.start('stubborn'), await scene.start('slow')];
    const calls = [one.call().catch(() => undefined), two.call().catch(() => undefined)];
    await eventually(() => one.log.filter((line) => line === 'resists').length === resisting);
    await eventually(() => two.log.includes('slow: called'));
    await scene.stage.runtime.close();
    expect(await scene.remains()).toEqual([]);
    await Promise.all(calls);
  },

  'sweep ends what a killed provider left running': async (scene: Scene) => {
    const before = await scene.stage.abandon(await scene.spec('slow'));
    expect(before.length, 'what ran before the provider was killed').toBeGreaterThan(0);
    await scene.stage.runtime.sweep();
    await eventually(async () => (await scene.remains()).length === 0);
  },
};
