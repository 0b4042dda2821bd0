/** The queue of jobs that wait for their invocation, and the queue of callbacks that wait to be posted. */
export const queueNames = { calls: 'calls', callbacks: 'callbacks' } as const;
