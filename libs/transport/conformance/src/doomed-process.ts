/** Runs as a process of its own: takes one delivery, reports it to its parent, and holds it until it is killed. */
import type { Backend } from '@later/transport-contract';

const { module, connect, config, queue } = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>;

const driver = (await import(module!)) as Record<string, (config: unknown) => Promise<Backend>>;
const { transport } = await driver[connect!]!(config);
await transport.subscribe(
  queue!,
  (delivery) => {
    process.send!({ id: delivery.id, attempt: delivery.attempt });
    return new Promise(() => undefined);
  },
  { maxInFlight: 1 },
);
// Ends with its parent.
process.on('disconnect', () => process.exit());
