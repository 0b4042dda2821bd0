import type { Deployment, Fault } from '@later/function-schema';

import { findImage, type ImageCatalogue } from './image-catalogue.js';
import { modes, type Mode } from './mode.js';

/** How the process runtime runs a deployment. */
export interface RunPlan {
  readonly mode: Mode;
  /** A command and its arguments; never empty. */
  readonly argv: readonly string[];
  /** The function's own variables. */
  readonly envVars: Readonly<Record<string, string>>;
  /** The fixed address of the function's server; undefined when the server listens on the port in `PORT`. */
  readonly upstream?: URL;
}

/** Splits a command into its name and arguments at spaces. No shell runs, so quotes have no meaning. */
const splitWords = (command: string): readonly string[] => command.split(' ').filter((word) => word !== '');

/** Decides how a deployment is run, and finds the faults for which it cannot be run. */
export function planRun(
  { image, envProcess, envVars: own }: Pick<Deployment, 'image' | 'envProcess' | 'envVars'>,
  images: ImageCatalogue,
): { readonly plan: RunPlan; readonly faults: readonly Fault[] } {
  const known = findImage(images, image);
  const envVars = { ...known?.envVars, ...own };
  const argv = [envProcess, envVars['fprocess'] ?? '', known?.fprocess ?? '']
    .map(splitWords)
    .find((each) => each.length > 0);
  const askedMode = envVars['mode'] ?? known?.mode ?? 'classic';
  const mode = modes.find((each) => each === askedMode);
  const upstream = mode === 'http' ? readUpstream(envVars) : undefined;
  const faults: Fault[] = [...checkVariables(own)];
  if (!argv) faults.push({ path: ['envProcess'], message: unknownCommand(image) });
  if (!mode)
    faults.push({ path: ['envVars', 'mode'], message: `expected one of ${modes.join(', ')}, received "${askedMode}"` });
  if (upstream && !upstream.url) {
    faults.push({ path: ['envVars', upstream.name], message: 'expected an http URL, such as http://127.0.0.1:3000' });
  }
  const plan = { mode: mode ?? 'classic', argv: argv ?? [], envVars, ...(upstream?.url && { upstream: upstream.url }) };
  return { plan, faults };
}

/** The most instances that can run at the same time: two servers cannot listen on the same fixed address. */
export const mostReplicas = ({ upstream }: RunPlan): number => (upstream ? 1 : Infinity);

/** Reports a fault when this many instances cannot run at the same time. */
export function checkReplicas(plan: RunPlan, replicas: number): readonly Fault[] {
  if (replicas <= mostReplicas(plan)) return [];
  const message = `expected no fixed address for ${replicas} instances: listen on the port that PORT names`;
  return [{ path: ['envVars', 'upstream_url'], message }];
}

const unknownCommand = (image: string): string =>
  `the process runtime knows no command for image ${image}: set fprocess, or add the image to IMAGES_FILE`;

function readUpstream(envVars: Readonly<Record<string, string>>) {
  const name = ['upstream_url', 'http_upstream_url'].find((each) => envVars[each] !== undefined);
  if (name === undefined) return undefined;
  const url = URL.parse(envVars[name]!);
  return { name, url: url?.protocol === 'http:' ? url : undefined };
}

/** The variables that a process environment cannot hold. */
function checkVariables(envVars: Readonly<Record<string, string>>): readonly Fault[] {
  return Object.entries(envVars).flatMap(([name, value]) => {
    if (!/[=\0]/.test(name) && !value.includes('\0')) return [];
    return [{ path: ['envVars', name], message: 'expected a name without "=", and no zero byte' }];
  });
}
