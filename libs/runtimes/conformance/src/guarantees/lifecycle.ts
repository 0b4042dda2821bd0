import { eventually } from '@later/testing';
import { expect } from 'vitest';

import type { ConformanceRun } from '../conformance-run.js';

/** A stubborn function, its two children, and the two children of each. */
const stubbornProcesses = 7;

export const lifecycleGuarantees = {
  'start rejects with why a function cannot start, and leaves nothing': async (run: ConformanceRun) => {
    await expect(run.start('cannot-start')).rejects.toThrow('no licence');
    expect(await run.resources()).toEqual([]);
  },

  'start gives up when its signal aborts, and leaves nothing': async (run: ConformanceRun) => {
    const unwanted = new AbortController();
    const starting = expect(run.start('never-ready', { signal: unwanted.signal })).rejects.toThrow();
    await eventually(() => run.log.includes('never ready'));
    unwanted.abort(new Error('Not wanted any more'));
    await starting;
    expect(await run.resources()).toEqual([]);
    await expect(
      run.start('echo', { signal: unwanted.signal }),
      'a start whose signal is already aborted',
    ).rejects.toThrow();
    expect(await run.resources()).toEqual([]);
  },

  'tells when an instance ended by itself': async (run: ConformanceRun) => {
    const dies = await run.start('dies');
    await dies.call().catch(() => undefined);
    expect(await dies.instance.ended).toMatch(/\b7\b/);
    await dies.instance.stop();
    expect(await run.resources()).toEqual([]);
  },

  'does not tell of an instance that was stopped': async (run: ConformanceRun) => {
    const echo = await run.start('echo');
    let hasEnded = false;
    void echo.instance.ended.then(() => (hasEnded = true));
    await echo.instance.stop();
    expect(await run.resources()).toEqual([]);
    expect(hasEnded).toBe(false);
  },

  'stop ends all that an instance started, whatever it does against it': async (run: ConformanceRun) => {
    const stubborn = await run.start('stubborn');
    const call = stubborn.call().catch(() => undefined);
    await eventually(() => stubborn.log.filter((line) => line === 'resists').length === stubbornProcesses);
    await stubborn.instance.stop();
    expect(await run.resources()).toEqual([]);
    await call;
    await eventually(() => stubborn.answering === 0);
  },

  'stop may be called twice': async (run: ConformanceRun) => {
    const echo = await run.start('echo');
    await echo.call();
    await Promise.all([echo.instance.stop(), echo.instance.stop()]);
    await echo.instance.stop();
    expect(await run.resources()).toEqual([]);
  },

  'answers 502 or 503 once it is stopped': async (run: ConformanceRun) => {
    const echo = await run.start('echo');
    await echo.instance.stop();
    expect([502, 503]).toContain((await echo.call({ body: Buffer.from('x') })).status);
  },

  'close ends all that still runs': async (run: ConformanceRun) => {
    const [one, two] = [await run.start('stubborn'), await run.start('slow')];
    const calls = [one.call().catch(() => undefined), two.call().catch(() => undefined)];
    await eventually(() => one.log.filter((line) => line === 'resists').length === stubbornProcesses);
    await eventually(() => two.log.includes('slow: called'));
    await run.harness.runtime.close();
    expect(await run.resources()).toEqual([]);
    await Promise.all(calls);
  },

  'sweep ends what a killed provider left running': async (run: ConformanceRun) => {
    const before = await run.harness.abandon(await run.spec('slow'));
    expect(before.length, 'what ran before the provider was killed').toBeGreaterThan(0);
    await run.harness.runtime.sweep();
    await eventually(async () => (await run.resources()).length === 0);
  },
};
