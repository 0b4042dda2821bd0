import { parseJson } from '@later/job-schema';
import { ProviderUnavailableError } from '@later/provider-client';
import { z } from 'zod';

import { asSystemAnswer } from '../forward-to-provider.js';
import type { SystemHandler } from '../function-admin.js';

/** A provider may omit every value, but clients treat an empty value as an error. */
const text = z.string().min(1).catch('unknown');

const providerInfo = z.object({
  provider: text,
  orchestration: text,
  version: z.object({ release: text, sha: text }).catch({ release: 'unknown', sha: 'unknown' }),
});

/** The names that OpenFaaS uses. */
const archNames: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'arm64' };

/** Answers with the provider's information and the gateway's version. */
export const showInfo: SystemHandler = async ({ provider, version }, { path }) => {
  const answer = asSystemAnswer(provider.url, await provider.request({ method: 'GET', path }));
  const info = answer.status === 200 ? providerInfo.safeParse(parseJson(answer.body)) : undefined;
  if (!info?.success) {
    throw new ProviderUnavailableError('confused', provider.url, `answered GET ${path} with status ${answer.status}`);
  }
  const arch = archNames[process.arch] ?? process.arch;
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ provider: info.data, version, arch }),
  };
};
