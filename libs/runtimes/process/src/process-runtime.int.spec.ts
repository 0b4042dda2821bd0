import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  conformanceFunction,
  abandonInstance,
  describeRuntime,
  type Skipped,
  type Behaviour,
  type Stage,
} from '@later/runtime-conformance';

import { findSandbox } from './sandbox/find-sandbox.js';
import { processRuntime, type ProcessRuntimeOptions } from './process-runtime.js';

const program = conformanceFunction;

/** The processes with this in their environment: pid and command. */
async function remains(mark: string): Promise<readonly string[]> {
  const read = (pid: string, file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = pids.map(async (pid) =>
    (await read(pid, 'environ')).includes(mark) ? [`${pid} ${await read(pid, 'cmdline')}`] : [],
  );
  return (await Promise.all(lines)).flat();
}

async function create(sandbox: 'best' | 'process groups', envVars: Record<string, string>): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'later-process-'));
  const environment = { ...process.env };
  const options: Omit<ProcessRuntimeOptions, 'log'> = { dataDir, environment, sandbox, images: new Map() };
  return {
    runtime: processRuntime({ ...options, log: { info: () => undefined } }),
    deployment: (behaviour: Behaviour, file: string) => ({
      image: 'conformance',
      envProcess: `${process.execPath} ${program} ${behaviour} ${file}`,
      envVars,
    }),
    remains,
    abandon: (spec) =>
      abandonInstance(
        { module: join(import.meta.dirname, 'process-runtime.ts'), create: 'processRuntime', options },
        spec,
        () => remains(spec.deployment.envVars['LATER_MARK']!),
      ),
    close: () => rm(dataDir, { recursive: true }),
  };
}

const nothingBetweenCalls = 'nothing runs between the calls of a forking function';
const forking = {
  'start rejects with why a function cannot start, and leaves nothing': nothingBetweenCalls,
  'start gives up when its signal aborts, and leaves nothing': nothingBetweenCalls,
  'tells when an instance ended by itself': nothingBetweenCalls,
} satisfies Skipped;
const visible = {
  'shows it its secrets as files, read-only in effect': 'a path in the arguments is rewritten to the file itself',
} satisfies Skipped;

// The other sandbox shows secrets where the machine allows it.
const { name: best } = await findSandbox(tmpdir(), process.env['PATH'] ?? '');
const ofBest = best === 'process groups' ? visible : {};

const modes = { classic: forking, streaming: forking, http: {} } as const;

for (const [mode, skip] of Object.entries(modes)) {
  describeRuntime({ name: `process, ${mode}`, create: () => create('best', { mode }), skip: { ...skip, ...ofBest } });
  describeRuntime({
    name: `process, ${mode}, in process groups`,
    create: () => create('process groups', { mode }),
    skip: { ...skip, ...visible },
  });
}
