/** The queues of Later: what waits to be invoked, and what waits to be posted. */
export const queueNames = { calls: 'calls', callbacks: 'callbacks' } as const;
