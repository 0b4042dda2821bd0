import { ProviderUnavailableError } from '@later/provider-client';
import { readJson } from '@later/http-kit';
import { fullName, parseFunctionAddress, type FunctionAddress } from '@later/job-schema';
import { z } from 'zod';

import { maxBodyBytes, type FunctionAdmin, type SystemHandler } from '../function-admin.js';
import { replicasAfterAlert } from './replicas-after-alert.js';

const status = z.enum(['firing', 'resolved'], { error: 'expected firing or resolved' });

/** The used fields of an Alertmanager webhook, version 4. */
const webhook = z.object({
  status: status.optional(),
  alerts: z.array(
    z.object({
      status: status.optional(),
      labels: z.looseObject({ function_name: z.string().optional() }).nullish(),
    }),
  ),
});

/** Scales up each function with a firing alert; scales each function with only resolved alerts to its minimum. */
export const scaleByAlerts: SystemHandler = async (system, { request }) => {
  const { status: ofAll, alerts } = await readJson(request, webhook, maxBodyBytes);
  const lines: string[] = [];
  const wanted = new Map<string, { readonly address: FunctionAddress; readonly firing: boolean }>();
  for (const { status: own, labels } of alerts) {
    const name = labels?.function_name;
    const address = name === undefined ? undefined : parseFunctionAddress(name);
    if (!address) {
      lines.push(name === undefined ? 'an alert without labels.function_name' : `${name}: no function's name`);
      continue;
    }
    const key = fullName(address);
    // Alerts arrive in groups: each function scales by one step, and up when any of its alerts still fires.
    const firing = (own ?? ofAll) !== 'resolved' || (wanted.get(key)?.firing ?? false);
    wanted.set(key, { address, firing });
  }
  for (const { address, firing } of wanted.values()) lines.push(await scaleByAlert(system, address, firing));
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: `${lines.join('\n')}\n` };
};

/** @returns the change, in one line. @throws ProviderUnavailableError when the provider is away for all functions */
async function scaleByAlert(
  { provider, directory, log }: FunctionAdmin,
  address: FunctionAddress,
  firing: boolean,
): Promise<string> {
  const name = fullName(address);
  try {
    const found = await provider.functionStatus(address);
    if (!found) return `${name}: not deployed`;
    const from = found.replicas ?? 0;
    const to = replicasAfterAlert(firing, from, found.labels);
    if (to === from) return `${name}: stays at ${from}`;
    await provider.scale(address, to).finally(() => directory.expire(address));
    log.info({ function: name, from, to }, 'Scaled by an alert');
    return `${name}: from ${from} to ${to}`;
  } catch (error) {
    if (!(error instanceof ProviderUnavailableError) || error.kind === 'unreachable') throw error;
    return `${name}: ${error.message}`;
  }
}
