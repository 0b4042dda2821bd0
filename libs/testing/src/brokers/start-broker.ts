import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually } from '../eventually.js';
import { freePort } from '../free-port.js';
import type { Broker, BrokerProgram } from './broker.js';
import { locateBroker } from './locate-broker.js';

/** Starts a broker on a free port with a temporary folder, or uses the external one that its variable names. */
export async function startBroker(program: BrokerProgram, env: NodeJS.ProcessEnv = process.env): Promise<Broker> {
  const url = env[program.urlVariable];
  return url ? externalBroker(program, url) : childBroker(program, await locateBroker(program));
}

async function childBroker(program: BrokerProgram, path: string): Promise<Broker> {
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), `later-${program.command}-`));
  const name = `later-${randomUUID()}`;
  let child = await run();
  // The test process may end without running its hooks.
  process.on('exit', () => child.kill('SIGKILL'));

  async function run(): Promise<ChildProcess> {
    const started = spawn(path, program.args({ port, dataDir, name }), { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    await eventually(async () => {
      if (started.exitCode !== null) throw new Error(`${program.command} ended at its start:\n${output}`);
      return started.pid !== undefined && (await program.isReady({ port, name, pid: started.pid }));
    });
    return started;
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  return {
    url: program.url(port),
    dataDir,
    kill,
    restart: async () => void (child = await run()),
    freeze: async () => {
      child.kill('SIGSTOP');
      // A busy thread on another core may still answer for a moment after the signal.
      await eventually(() => isStopped(child.pid));
    },
    thaw: async () => void child.kill('SIGCONT'),
    stop: async () => {
      await kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Whether all threads of a process are stopped. Only Linux can tell; other systems are assumed to be fast. */
async function isStopped(pid: number | undefined): Promise<boolean> {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return true;
  const states = (await readdir(tasks)).map((id) => readFile(join(tasks, id, 'status'), 'utf8').catch(() => ''));
  return (await Promise.all(states)).every((state) => !state || /^State:\tT/m.test(state));
}

function externalBroker(program: BrokerProgram, url: string): Broker {
  const untouchable = `the broker at ${program.urlVariable} is external: it cannot be stopped`;
  const refuse = (): Promise<never> => Promise.reject(new Error(untouchable));
  return { url, untouchable, kill: refuse, restart: refuse, freeze: refuse, thaw: refuse, stop: async () => undefined };
}
