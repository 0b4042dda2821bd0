import { access } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

import type { Tools } from './namespaces.js';
import { quote } from './quote.js';

/** Where a function looks for its secrets (OpenFaaS watchdog). */
export const secretsPath = '/var/openfaas/secrets';

/**
 * Shell commands that make files appear under `/var/openfaas/secrets`, in the mount namespace they run in and nowhere
 * else. What is on the way and missing on this machine is made in a file system in memory that lies over the last
 * directory there is; what that directory has stays reachable by links. The folder of the secrets is bound, not the files:
 * one that is replaced as a whole shows what it has become.
 * @param stage an empty directory to mount on
 * @returns undefined when the machine has no directory to lie over but its root
 */
export async function secretsMount(
  tools: Tools,
  secrets: ReadonlyMap<string, string>,
  stage: string,
): Promise<string | undefined> {
  const covered = await lastThereIs(secretsPath);
  if (covered === '/') return undefined;
  const [mount, mkdir, ln] = [quote(tools.mount), quote(tools.mkdir), quote(tools.ln)];
  const shown = join(stage, relative(covered, secretsPath));
  const folders = [...new Set([...secrets.values()].map((file) => dirname(file)))];
  const kept = folders.map((_, index) => join(shown, '.kept', String(index)));
  return [
    'set -e',
    `${mount} -t tmpfs -o mode=755,size=1m later ${quote(stage)}`,
    ...(covered === secretsPath ? [] : keepReachable(mount, mkdir, ln, covered, stage)),
    `${mkdir} -p ${kept.map(quote).join(' ')}`,
    ...folders.map((folder, index) => `${mount} --bind -o ro ${quote(folder)} ${quote(kept[index]!)}`),
    ...[...secrets].map(([name, file]) => {
      const target = join('.kept', String(folders.indexOf(dirname(file))), basename(file));
      return `${ln} -s ${quote(target)} ${quote(join(shown, name))}`;
    }),
    `${mount} --rbind ${quote(stage)} ${quote(covered)}`,
    'set +e',
    '',
  ].join('\n');
}

/** The links are relative: the stage itself may lie in the directory that is covered. */
function keepReachable(mount: string, mkdir: string, ln: string, covered: string, stage: string): readonly string[] {
  const below = quote(join(stage, '.machine'));
  return [
    `${mkdir} ${below}`,
    `${mount} --rbind ${quote(covered)} ${below}`,
    `cd ${quote(stage)}`,
    `${ln} -s .machine/* .`,
    'cd "$OLDPWD"',
  ];
}

async function lastThereIs(path: string): Promise<string> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  return there ? path : lastThereIs(dirname(path));
}
