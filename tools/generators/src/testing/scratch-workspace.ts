import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';

const real = join(import.meta.dirname, '..', '..', '..', '..');

/** What a build has made, which the copy makes for itself, and what Git and Nx keep. */
const made = new Set(['dist', '.git', '.nx', '.later']);

/** A copy of this workspace that can be changed: sources of its own, installed packages of the real one. */
export class ScratchWorkspace {
  private constructor(readonly root: string) {}

  static async make(): Promise<ScratchWorkspace> {
    const root = await mkdtemp(join(tmpdir(), 'later-workspace-'));
    const installed: string[] = [];
    const filter = (path: string): boolean => {
      const name = basename(path);
      if (name === 'node_modules') installed.push(relative(real, path));
      return name !== 'node_modules' && !made.has(name) && !name.endsWith('.tsbuildinfo');
    };
    await cp(real, root, { recursive: true, filter });
    await Promise.all(installed.map((folder) => linkPackages(join(real, folder), join(root, folder))));
    return new ScratchWorkspace(root);
  }

  /**
   * Runs a program of the workspace to its end.
   * @returns what it wrote
   * @throws with what it wrote, when it fails
   */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, NX_DAEMON: 'false', FORCE_COLOR: '0' };
    const script = join(this.root, 'node_modules', '.bin', program);
    const running = promisify(execFile)(process.execPath, [script, ...args], { cwd: this.root, env });
    const { stdout } = await running.catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${program} ${args.join(' ')} failed:\n${error.stdout}${error.stderr}`, { cause: error });
    });
    return stdout;
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

/** Links every package in a `node_modules`; those of the workspace itself are links that lead into the copy. */
async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(to);
  const packages = (await readdir(from)).filter((name) => name === '.bin' || !/^\.|^@later$/.test(name));
  await Promise.all(packages.map((name) => symlink(join(from, name), join(to, name))));
  const scope = join(from, '@later');
  if (!existsSync(scope)) return;
  await mkdir(join(to, '@later'));
  const own = await readdir(scope);
  await Promise.all(own.map(async (name) => symlink(await readlink(join(scope, name)), join(to, '@later', name))));
}
