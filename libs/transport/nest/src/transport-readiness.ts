import type { ReadinessCheck } from '@later/service-kit';
import type { Backend } from '@later/transport-contract';

/** Red while the transport is away; says which one it is, and what its messages survive. */
export const transportReadiness = (backend: Backend): ReadinessCheck => ({
  name: 'transport',
  check: async () => {
    await backend.ping();
    return { name: backend.name, durability: backend.durability };
  },
});
