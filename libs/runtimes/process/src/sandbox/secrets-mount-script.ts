import { access } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

import type { Tools } from './namespaces.js';
import { quote } from './quote.js';

/** The directory of a function's secrets (OpenFaaS watchdog). */
export const secretsDirectory = '/var/openfaas/secrets';

/**
 * Shell commands that make the secret files appear under `/var/openfaas/secrets`, only in the mount namespace in which
 * they run. Directories of that path that are missing on this machine are created in a file system in memory, which is
 * mounted over the deepest directory that exists; links keep the content of that directory reachable. The folders of the
 * secrets are bind-mounted, not the files, so that a file that is replaced shows its new content.
 * @param stage an empty directory to build the file system on
 * @returns undefined when the deepest directory that exists is the root
 */
export async function secretsMountScript(
  tools: Tools,
  secrets: ReadonlyMap<string, string>,
  stage: string,
): Promise<string | undefined> {
  const covered = await deepestExisting(secretsDirectory);
  if (covered === '/') return undefined;
  const [mount, mkdir, ln] = [quote(tools.mount), quote(tools.mkdir), quote(tools.ln)];
  const shown = join(stage, relative(covered, secretsDirectory));
  const folders = [...new Set([...secrets.values()].map((file) => dirname(file)))];
  const kept = folders.map((_, index) => join(shown, '.kept', String(index)));
  return [
    'set -e',
    `${mount} -t tmpfs -o mode=755,size=1m later ${quote(stage)}`,
    ...(covered === secretsDirectory ? [] : keepReachable(mount, mkdir, ln, covered, stage)),
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

/** The links are relative, because the covered directory may contain the stage itself. */
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

async function deepestExisting(path: string): Promise<string> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  return exists ? path : deepestExisting(dirname(path));
}
