import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  abandonInstance,
  conformanceFunction,
  describeRuntime,
  type Behaviour,
  type Skipped,
  type RuntimeHarness,
} from '@later/runtime-conformance';

import type { Mode } from '../mode.js';
import { processRuntime, type ProcessRuntimeOptions } from '../process-runtime.js';
import { findSandbox } from '../sandbox/find-sandbox.js';

type SandboxChoice = NonNullable<ProcessRuntimeOptions['sandbox']>;

/** The pid and command of each process with this text in its environment. */
async function listResources(mark: string): Promise<readonly string[]> {
  const read = (pid: string, file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = pids.map(async (pid) =>
    (await read(pid, 'environ')).includes(mark) ? [`${pid} ${await read(pid, 'cmdline')}`] : [],
  );
  return (await Promise.all(lines)).flat();
}

function commandOf(mode: Mode, behaviour: Behaviour, file: string): string {
  // A forked `cat` echoes as the conformance function does, and starts ten times as fast as Node.
  if (behaviour === 'echo' && mode !== 'http') return 'cat';
  return `${process.execPath} ${conformanceFunction} ${behaviour} ${file}`;
}

async function createHarness(mode: Mode, sandbox: SandboxChoice): Promise<RuntimeHarness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'later-process-'));
  const environment = { ...process.env };
  const options = { dataDir, environment, sandbox, images: new Map(), graceMs: 300 };
  return {
    runtime: processRuntime({ ...options, log: { info: () => undefined } }),
    deployment: (behaviour, file) => ({
      image: 'conformance',
      envProcess: commandOf(mode, behaviour, file),
      envVars: { mode },
    }),
    listResources,
    abandon: (spec) =>
      abandonInstance(
        { module: join(import.meta.dirname, '..', 'process-runtime.ts'), create: 'processRuntime', options },
        spec,
        () => listResources(spec.deployment.envVars['LATER_MARK']!),
      ),
    close: () => rm(dataDir, { recursive: true }),
  };
}

const nothingBetweenCalls = 'nothing runs between the calls of a forking function';
const skippedByForking = {
  'start rejects with why a function cannot start, and leaves nothing': nothingBetweenCalls,
  'start gives up when its signal aborts, and leaves nothing': nothingBetweenCalls,
  'tells when an instance ended by itself': nothingBetweenCalls,
} satisfies Skipped;
const skippedByGroups = {
  'shows it its secrets as files, read-only in effect': 'a path in the arguments is rewritten to the file itself',
} satisfies Skipped;

const { name: bestSandbox } = await findSandbox(tmpdir(), process.env['PATH'] ?? '');

/** Runs the conformance suite against one mode of the process runtime in one sandbox. */
export function describeProcessRuntime(mode: Mode, sandbox: SandboxChoice): void {
  const hasOnlyGroups = sandbox === 'process groups' || bestSandbox === 'process groups';
  describeRuntime({
    name: sandbox === 'best' ? `process, ${mode}` : `process, ${mode}, in process groups`,
    create: () => createHarness(mode, sandbox),
    skip: { ...(mode === 'http' ? {} : skippedByForking), ...(hasOnlyGroups ? skippedByGroups : {}) },
  });
}
