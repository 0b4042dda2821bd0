/**
 * The dependency rule, in one place: apps start, roles wire, features decide, drivers carry, the contracts and the schemas
 * know nobody. Read by the linter, by the spec beside this file, and by the page `docs/reference/dependency-rule.md`.
 */

const brokerClients = ['bullmq', 'ioredis', '@nats-io/*'];
const nest = ['@nestjs/*'];
const testTools = ['vitest', 'fast-check'];

/** Each type of project: which types it may depend on, and which outside packages it may not use. */
export const types = {
  app: {
    mayUse: ['role', 'feature', 'wiring', 'kit', 'model'],
    banned: [...brokerClients, ...testTools],
    outside: 'Nest',
  },
  role: {
    mayUse: ['feature', 'wiring', 'runtime', 'contract', 'kit', 'model'],
    banned: [...brokerClients, ...testTools],
    outside: 'Nest',
  },
  feature: {
    mayUse: ['contract', 'kit', 'model'],
    banned: [...brokerClients, ...testTools],
    outside: 'Nest at the edge',
  },
  runtime: {
    mayUse: ['contract', 'kit', 'model'],
    banned: [...brokerClients, ...nest, ...testTools],
    outside: 'its own client; never Nest',
  },
  wiring: {
    mayUse: ['contract', 'driver', 'kit', 'model'],
    banned: [...brokerClients, ...testTools],
    outside: 'Nest; drivers only by lazy `import()`',
  },
  driver: { mayUse: ['contract'], banned: [...nest, ...testTools], outside: 'its own client; never Nest' },
  kit: { mayUse: ['kit', 'model'], banned: [...brokerClients, ...testTools], outside: 'Nest, zod, logger' },
  model: { mayUse: ['model'], allowed: ['zod'], outside: 'zod' },
  contract: { mayUse: ['model'], allowed: [], outside: 'nothing' },
  testing: {
    mayUse: ['contract', 'model', 'testing'],
    banned: [...brokerClients, ...nest],
    outside: 'vitest; imported only by tests',
  },
  tool: {
    mayUse: ['contract', 'feature', 'kit', 'model', 'role', 'runtime', 'testing', 'tool', 'wiring'],
    banned: [],
    outside: 'anything that measures or checks',
  },
};

/** What only `import()` may load: the library of a driver that was not chosen must not be read. */
export const lazily = ['@later/transport-embedded', '@later/transport-nats', '@later/transport-bullmq'];

/** Tests may use test tools, the testing packages, and real runtimes: what a project depends on is not mocked. */
const forSpecs = (rule) => ({
  ...rule,
  mayUse: [...new Set([...rule.mayUse, 'testing', 'runtime'])],
  banned: [],
  allowed: undefined,
});

/** The rule as `@nx/enforce-module-boundaries` takes it. */
export function depConstraints({ specs = false } = {}) {
  return Object.entries(types).map(([type, rule]) => {
    const { mayUse, banned = [], allowed } = specs ? forSpecs(rule) : rule;
    return {
      sourceTag: `type:${type}`,
      onlyDependOnLibsWithTags: mayUse.map((each) => `type:${each}`),
      ...(banned.length > 0 && { bannedExternalImports: banned }),
      ...(allowed && { allowedExternalImports: allowed }),
    };
  });
}
