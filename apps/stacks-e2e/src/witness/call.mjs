import { request } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';

const unconnected = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT']);
/** In one network; who has not answered by then is gone, or has no address any more. */
export const connectMs = 2_000;

/** Sends one call. Resolves with the status and what was said; rejects with `sent`, whether the gateway may have got any of it. */
export function call(gateway, path, body) {
  return new Promise((resolve, reject) => {
    let connected = false;
    const sending = request(`${gateway}${path}`, {
      method: 'POST',
      agent: false,
      headers: { 'Content-Length': body.length },
    });
    const tooLate = setTimeout(
      () => sending.destroy(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })),
      connectMs,
    );
    sending.on('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
        clearTimeout(tooLate);
      }),
    );
    sending.on('response', (answer) => {
      bodyOf(answer).then(
        (said) => resolve({ status: answer.statusCode, said }),
        (error) => reject(Object.assign(error, { sent: true })),
      );
    });
    sending.on('error', (error) => {
      clearTimeout(tooLate);
      reject(Object.assign(error, { sent: connected || !unconnected.has(error.code) }));
    });
    sending.end(body);
  });
}

export async function bodyOf(message) {
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
