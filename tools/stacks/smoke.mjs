/**
 * `npm run smoke`: the lab, over HTTP, against whatever is up at GATEWAY_URL. Prints what it saw, and ends with status 1
 * at the first thing that is not as it should be. All of it could be done with curl.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { readArguments } from '../scripts/arguments.mjs';
import { passwordFile } from './password.mjs';
import { gatewayUrl } from './settings.mjs';

readArguments({
  command: 'npm run smoke',
  about: [
    'Walks the lab over HTTP against whatever is up, and ends with status 1 at the first difference.',
    '',
    'GATEWAY_URL          where it is (default http://127.0.0.1:8080)',
    'BASIC_AUTH_PASSWORD  of /system/* (default: the one in .later)',
  ],
});

const banner = [
  String.raw` _          _           ___     ____       _   _            `,
  String.raw`| |    __ _| |_ ___ _ _|_ _|___| __ )  ___| |_| |_ ___ _ __ `,
  String.raw`| |   / _${'`'} | __/ _ \ '__| |/ __|  _ \ / _ \ __| __/ _ \ '__|`,
  String.raw`| |__| (_| | ||  __/ |   | |\__ \ |_) |  __/ |_| ||  __/ |   `,
];

let step = '';
const seen = (text) => process.stdout.write(`  ${step.padEnd(22)} ${text}\n`);
function differs(expected, found) {
  process.stderr.write(`\nFailed: ${step}\nExpected ${expected}\nFound    ${found}\n`);
  process.exit(1);
}
const expect = (what, found, expected) => found === expected || differs(`${what}: ${expected}`, `${what}: ${found}`);

async function http(method, path, { headers, body } = {}) {
  const started = performance.now();
  try {
    const signal = AbortSignal.timeout(15_000);
    const answer = await fetch(`${gatewayUrl}${path}`, { method, headers, body, signal, redirect: 'manual' });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, ms: Math.round(performance.now() - started) };
  } catch (error) {
    const { code, message } = error.cause ?? error;
    if (code === 'ECONNREFUSED') {
      differs('a gateway', `nobody listens at ${gatewayUrl}. Start one, npm run up -- nats, or set GATEWAY_URL`);
    }
    return differs('an answer', `${method} ${path}: ${message}`);
  }
}

const password =
  process.env.BASIC_AUTH_PASSWORD ??
  (existsSync(passwordFile) ? readFileSync(passwordFile, 'utf8').trimEnd() : undefined);

/** How often a function was called by way of the gateway that answers. */
async function callsOf(name) {
  const Authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  const answer = await http('GET', `/system/function/${name}`, { headers: { Authorization } });
  expect('status', answer.status, 200);
  return JSON.parse(answer.text).invocationCount;
}

process.stdout.write(`\nThe lab at ${gatewayUrl}\n\n`);

step = 'ready';
const ready = await http('GET', '/readyz');
expect('status', ready.status, 200);
seen(ready.text);

step = 'a call that waits';
const now = await http('POST', '/function/figlet', { body: 'LaterIsBetter' });
expect('status', now.status, 200);
expect('first line', now.text.split('\n')[0], banner[0]);
seen(`200 in ${now.ms} ms`);
process.stdout.write(`\n${now.text.replaceAll(/^/gm, '    ')}\n`);

step = 'ten that do not';
const callIds = [];
const started = performance.now();
for (let call = 0; call < 10; call++) {
  const accepted = await http('POST', '/async-function/long-task', { body: '' });
  expect('status', accepted.status, 202);
  expect('body', accepted.text, '');
  callIds.push(accepted.headers.get('x-call-id'));
}
expect('different call ids', new Set(callIds).size, 10);
seen(`accepted in ${Math.round(performance.now() - started)} ms; each takes a second to do`);

step = 'a call id of ours';
const callId = randomUUID();
const callback = 'http://gateway:8080/function/long-task';
const before = password === undefined ? 0 : await callsOf('long-task');
const chained = await http('POST', '/async-function/figlet', {
  headers: { 'X-Callback-Url': callback, 'X-Call-Id': callId },
  body: 'a',
});
expect('status', chained.status, 202);
expect('X-Call-Id', chained.headers.get('x-call-id'), callId);
seen(`202, its result goes to ${callback}`);

step = 'its callback';
if (password === undefined) {
  seen(`not looked for: set BASIC_AUTH_PASSWORD, there is no ${passwordFile}`);
} else {
  const posted = performance.now();
  const until = posted + 30_000;
  while ((await callsOf('long-task')) === before) {
    if (performance.now() > until) differs('the function called by the callback', 'nothing after 30 s');
    await delay(50);
  }
  seen(`called the function in ${Math.round(performance.now() - posted)} ms`);
}

step = 'no such function';
expect('status', (await http('POST', '/function/no-such-function')).status, 404);
expect('status of a later call', (await http('POST', '/async-function/no-such-function')).status, 404);
seen('404, now and later');

step = 'no good callback';
const refused = await http('POST', '/async-function/figlet', { headers: { 'X-Callback-Url': 'nowhere' } });
expect('status', refused.status, 400);
seen(`400: ${refused.text.trim()}`);

step = 'a later GET';
const notPosted = await http('GET', '/async-function/figlet');
expect('status', notPosted.status, 405);
seen(`405, Allow: ${notPosted.headers.get('allow')}`);

step = 'managing functions';
const unasked = await http('GET', '/system/functions');
expect('status without a password', unasked.status, 401);
seen('401 without the password');

step = 'still ready';
await delay(100);
expect('status', (await http('GET', '/readyz')).status, 200);
seen('200');
process.stdout.write('\nAll as it should be.\n');
