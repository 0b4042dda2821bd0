import type { ReadinessCheck } from '@later/service-kit';
import type { Transport } from '@later/transport-contract';

/** Red while the transport is away; says which one it is, and what its messages survive. */
export const transportReadiness = (transport: Transport): ReadinessCheck => ({
  name: 'transport',
  check: async () => {
    await transport.ping();
    return { name: transport.name, durability: transport.durability };
  },
});
