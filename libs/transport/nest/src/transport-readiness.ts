import type { ReadinessCheck } from '@later/service-kit';
import type { Backend } from '@later/transport-contract';

/** Fails while the transport is away. Shows the name and the durability of the transport. */
export const transportReadiness = (backend: Backend): ReadinessCheck => ({
  name: 'transport',
  check: async () => {
    await backend.ping();
    return { name: backend.name, durability: backend.durability };
  },
});
