import { type z } from 'zod';

/** The sections of an app's configuration. A section is a schema of variables that belong together. */
export type ConfigSections = Readonly<Record<string, z.ZodType>>;

export type ConfigOf<Sections extends ConfigSections> = { readonly [Name in keyof Sections]: z.infer<Sections[Name]> };

/** All faults of the environment in one message, one line each. */
export class InvalidConfigurationError extends Error {
  readonly code = 'INVALID_CONFIGURATION';

  constructor(readonly faults: readonly string[]) {
    super(['Invalid configuration:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
    this.name = new.target.name;
  }
}

/**
 * Reads the environment once, section by section. An empty variable counts as not set.
 * @throws InvalidConfigurationError with every wrong variable
 */
export function readConfig<Sections extends ConfigSections>(
  sections: Sections,
  env: Readonly<Record<string, string | undefined>>,
): ConfigOf<Sections> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const faults = new Set<string>();
  const config: Record<string, unknown> = {};
  for (const [name, section] of Object.entries(sections)) {
    const read = section.safeParse(set);
    if (read.success) config[name] = read.data;
    else for (const issue of read.error.issues) faults.add(`${issue.path.join('.')}: ${issue.message}`);
  }
  if (faults.size > 0) throw new InvalidConfigurationError([...faults]);
  return config as ConfigOf<Sections>;
}
