// Generates a TypeScript function, starts it, and calls it through Later: synchronously and asynchronously.
//
//   npm start                                           (in one terminal)
//   npx node examples/04-typescript-function/run.mjs    (in another)
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const root = join(import.meta.dirname, '..', '..');
const gateway = process.env.GATEWAY_URL ?? 'http://127.0.0.1:8080';

function run(...command) {
  const { status } = spawnSync('npx', command, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npx ${command.join(' ')} failed`);
}

const call = (path) => fetch(`${gateway}${path}`, { method: 'POST', body: 'Ada' });

/** Calls the function until it answers: Later needs a moment to follow the new entry in functions.yml. */
async function firstAnswer() {
  const giveUp = AbortSignal.timeout(30_000);
  for (;;) {
    const answer = await call('/function/hello').catch(() => undefined);
    if (answer?.ok) return answer;
    if (giveUp.aborted) throw new Error(`No answer at ${gateway}/function/hello: does npm start run?`);
    await delay(200);
  }
}

if (!existsSync(join(root, 'apps', 'hello'))) run('nx', 'g', '@later/generators:function', 'hello');
run('tsc', '-b', 'apps/hello');

// During development, use `npx nx serve hello`: it restarts after every change.
const hello = spawn(process.execPath, ['apps/hello/dist/main.js'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
try {
  const answer = await firstAnswer();
  console.log(`answered ${answer.status}: ${(await answer.text()).trim()}`);
  const accepted = await call('/async-function/hello');
  if (accepted.status !== 202) throw new Error(`Not accepted: ${accepted.status} ${await accepted.text()}`);
  console.log(`accepted as ${accepted.headers.get('x-call-id')}`);
} finally {
  hello.kill();
}
