import { spawnSync } from 'node:child_process';

import { logger } from '@nx/devkit';

/** What was made. */
export interface Made {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
}

/** Enters the new app into package-lock.json, which `npm ci` of a clone needs, and says what to do next. */
export function finish(root: string, made: Made, { install }: { readonly install: boolean }): void {
  const fault = install ? installOffline(root) : undefined;
  if (fault) logger.warn(`npm install failed:\n${fault}`);
  logger.info(nextSteps(made, { installed: install && fault === undefined }));
}

/**
 * Links a new package of the workspace, and enters it into the lockfile. All that it depends on is installed already,
 * so it takes no network, and does not wait for one.
 * @returns what went wrong, if it did
 */
export function installOffline(root: string): string | undefined {
  const { status, stderr, error } = spawnSync('npm', ['install', '--offline', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? undefined : (error?.message ?? stderr);
}

/** What its author may want to do first. */
export function nextSteps({ name, folder, port }: Made, { installed }: { readonly installed: boolean }): string {
  const install = `
Before you commit, run "npm install": it enters ${folder} into package-lock.json.
`;
  return `
Function "${name}" is in ${folder}. Run it, restarted on every change, and call it:

  npx nx serve ${name}
  curl -d Ada http://127.0.0.1:${port}/${name}

With "npm start" in another terminal, now and later:

  curl -d Ada http://127.0.0.1:8080/function/${name}
  curl -d Ada http://127.0.0.1:8080/async-function/${name}
${installed ? '' : install}`;
}
