/**
 * The dependency rule, in one place: apps wire, features decide, drivers carry, the contract and the schema know nobody.
 * Read by the linter, by the spec beside this file, and by the page `docs/reference/dependency-rule.md`.
 */

const brokerClients = ['bullmq', 'ioredis', '@nats-io/*'];
const nest = ['@nestjs/*'];
const testTools = ['vitest', 'fast-check'];

/** Each type of project: which types it may depend on, and which outside packages it may not use. */
export const types = {
  app: { mayUse: ['feature', 'wiring', 'kit', 'model'], banned: [...brokerClients, ...testTools], outside: 'Nest' },
  feature: {
    mayUse: ['contract', 'model', 'kit', 'feature'],
    banned: [...brokerClients, ...testTools],
    outside: 'Nest at the edge',
  },
  wiring: {
    mayUse: ['contract', 'driver', 'kit', 'model'],
    banned: [...brokerClients, ...testTools],
    outside: 'Nest; drivers only by lazy `import()`',
  },
  driver: { mayUse: ['contract'], banned: [...nest, ...testTools], outside: 'its own client; never Nest' },
  kit: { mayUse: ['model', 'kit'], banned: [...brokerClients, ...testTools], outside: 'Nest, zod, logger' },
  model: { mayUse: [], allowed: ['zod'], outside: 'zod' },
  contract: { mayUse: [], allowed: [], outside: 'nothing' },
  testing: {
    mayUse: ['contract', 'model', 'testing'],
    banned: [...brokerClients, ...nest],
    outside: 'vitest; imported only by tests',
  },
  tool: { mayUse: ['contract', 'model', 'testing', 'tool'], banned: nest, outside: 'anything that measures or checks' },
};

/** What only `import()` may load: the library of a driver that was not chosen must not be read. */
export const lazily = ['@later/transport-embedded', '@later/transport-nats', '@later/transport-bullmq'];

/** Which features a feature may use, through their `index.ts` alone; those not named here use none. */
export const featuresOfFeatures = {
  'call-intake': ['function-routing'],
  'job-execution': ['function-routing'],
  'system-api': ['function-routing'],
};

/** Tests may use test tools and, whatever they test, the testing packages. */
const forSpecs = (rule) => ({
  ...rule,
  mayUse: [...new Set([...rule.mayUse, 'testing'])],
  banned: [],
  allowed: undefined,
});

/** The rule as `@nx/enforce-module-boundaries` takes it. */
export function depConstraints({ specs = false } = {}) {
  const byType = Object.entries(types).map(([type, rule]) => {
    const { mayUse, banned = [], allowed } = specs ? forSpecs(rule) : rule;
    return {
      sourceTag: `type:${type}`,
      onlyDependOnLibsWithTags: mayUse.map((each) => `type:${each}`),
      ...(banned.length > 0 && { bannedExternalImports: banned }),
      ...(allowed && { allowedExternalImports: allowed }),
    };
  });
  const besidesFeatures = ['type:contract', 'type:model', 'type:kit', ...(specs ? ['type:testing'] : [])];
  const byFeature = Object.entries(featuresOfFeatures).map(([feature, uses]) => ({
    sourceTag: `feature:${feature}`,
    onlyDependOnLibsWithTags: [...besidesFeatures, ...uses.map((each) => `feature:${each}`)],
  }));
  const others = { sourceTag: 'feature:alone', onlyDependOnLibsWithTags: besidesFeatures };
  return [...byType, ...byFeature, others];
}
