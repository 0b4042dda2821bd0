import autocannon from 'autocannon';

/** As many requests as the raw clients have publishes under way. */
export const parallel = 64;

/** A body of the size that the raw clients publish. */
export const body = Buffer.alloc(512, 'x');

/** How many answers a second a URL gives; throws when any is not a success. */
export async function answersPerSecond(url: string, seconds: number): Promise<number> {
  const result = await autocannon({ url, method: 'POST', body, connections: parallel, duration: seconds });
  const failures = result.non2xx + result.errors + result.timeouts;
  if (failures > 0) throw new Error(`${failures} of ${result.requests.total} requests to ${url} failed`);
  return result.requests.total / result.duration;
}
