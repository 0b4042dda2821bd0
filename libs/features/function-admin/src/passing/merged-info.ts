import { parseJson } from '@later/job-schema';
import { ProviderUnavailableError } from '@later/provider-client';
import { z } from 'zod';

import type { SystemHandler } from '../function-admin.js';
import { asAnswer } from './pass-on.js';

/** A provider may leave out anything; clients take an empty value for a fault. */
const text = z.string().min(1).catch('unknown');

const providerInfo = z.object({
  provider: text,
  orchestration: text,
  version: z.object({ release: text, sha: text }).catch({ release: 'unknown', sha: 'unknown' }),
});

/** As OpenFaaS spells them. */
const archNames: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'arm64' };

export const tellInfo: SystemHandler = async ({ provider, version }, { path }) => {
  const answer = asAnswer(provider.url, await provider.pass({ method: 'GET', path }));
  const told = answer.status === 200 ? providerInfo.safeParse(parseJson(answer.body)) : undefined;
  if (!told?.success) {
    throw new ProviderUnavailableError('confused', provider.url, `answered GET ${path} with status ${answer.status}`);
  }
  const arch = archNames[process.arch] ?? process.arch;
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ provider: told.data, version, arch }),
  };
};
