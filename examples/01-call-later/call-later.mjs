// Calls figlet asynchronously, and receives its result at a callback URL of this process.
//
//   npm start                                                      (in one terminal)
//   npx node examples/01-call-later/call-later.mjs LaterIsBetter   (in another)
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const gateway = process.env.GATEWAY_URL ?? 'http://127.0.0.1:8080';
const words = process.argv.slice(2).join(' ') || 'LaterIsBetter';

// The result is posted to this server.
const receiver = createServer();
receiver.listen(0, '127.0.0.1');
await once(receiver, 'listening');

const accepted = await fetch(`${gateway}/async-function/figlet`, {
  method: 'POST',
  headers: { 'X-Callback-Url': `http://127.0.0.1:${receiver.address().port}/` },
  body: words,
});
if (accepted.status !== 202) throw new Error(`Not accepted: ${accepted.status} ${await accepted.text()}`);
console.log(`accepted as ${accepted.headers.get('x-call-id')}`);

const [callback, response] = await once(receiver, 'request');
const { 'x-call-id': callId, 'x-function-status': status, 'x-duration-seconds': seconds } = callback.headers;
console.log(`called back for ${callId}: status ${status} after ${seconds} s\n`);
console.log(await text(callback));
response.end();
receiver.close();
