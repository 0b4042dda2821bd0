/**
 * Walks the lab over HTTP against a running gateway; curl could do all of it. `npm run smoke`, the lab's spec and the proof of
 * the stacks share it. It is JavaScript without dependencies because `npm run smoke` has to run before anything is installed.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const firstLineOfBanner = String.raw` _          _           ___     ____       _   _            `;
const callbackWithinMs = 30_000;
const answerWithinMs = 15_000;

/** The first difference between the lab and what a gateway answers. */
export class LabDifference extends Error {
  constructor(step, expected, found) {
    super(`${step}\nExpected ${expected}\nFound    ${found}`);
  }
}

/** @throws LabDifference at the first step that differs */
export async function walkLab({ gatewayUrl, password, report = () => undefined, show = () => undefined }) {
  const lab = new Lab(gatewayUrl, password, report);
  lab.begin('ready');
  const ready = await lab.http('GET', '/readyz');
  lab.expect('status', ready.status, 200);
  lab.pass(ready.text);

  lab.begin('a call that waits');
  const now = await lab.http('POST', '/function/figlet', { body: 'LaterIsBetter' });
  lab.expect('status', now.status, 200);
  lab.expect('first line', now.text.split('\n')[0], firstLineOfBanner);
  lab.pass(`200 in ${now.ms} ms`);
  show(now.text);

  lab.begin('ten that do not');
  const callIds = new Set();
  const started = performance.now();
  for (let call = 0; call < 10; call++) {
    const accepted = await lab.http('POST', '/async-function/long-task', { body: '' });
    lab.expect('status', accepted.status, 202);
    lab.expect('body', accepted.text, '');
    callIds.add(accepted.headers.get('x-call-id'));
  }
  lab.expect('different call ids', callIds.size, 10);
  lab.pass(`accepted in ${Math.round(performance.now() - started)} ms; each takes a second to run`);

  await walkCallback(lab);
  await walkRefusals(lab);

  lab.begin('still ready');
  await delay(100);
  lab.expect('status', (await lab.http('GET', '/readyz')).status, 200);
  lab.pass('200');
}

async function walkCallback(lab) {
  lab.begin('a call id of ours');
  const callId = randomUUID();
  const callback = 'http://gateway:8080/function/long-task';
  const before = lab.hasPassword ? await lab.callsOf('long-task') : 0;
  const chained = await lab.http('POST', '/async-function/figlet', {
    headers: { 'X-Callback-Url': callback, 'X-Call-Id': callId },
    body: 'a',
  });
  lab.expect('status', chained.status, 202);
  lab.expect('X-Call-Id', chained.headers.get('x-call-id'), callId);
  lab.pass(`202, its result goes to ${callback}`);

  lab.begin('its callback');
  if (!lab.hasPassword) return lab.pass('not checked: set BASIC_AUTH_PASSWORD');
  const posted = performance.now();
  while ((await lab.callsOf('long-task')) === before) {
    if (performance.now() > posted + callbackWithinMs) {
      lab.differ('the function called by the callback', `no call within ${callbackWithinMs / 1000} s`);
    }
    await delay(50);
  }
  lab.pass(`called the function in ${Math.round(performance.now() - posted)} ms`);
}

async function walkRefusals(lab) {
  lab.begin('no such function');
  lab.expect('status', (await lab.http('POST', '/function/no-such-function')).status, 404);
  lab.expect('status of a later call', (await lab.http('POST', '/async-function/no-such-function')).status, 404);
  lab.pass('404, now and later');

  lab.begin('no good callback');
  const refused = await lab.http('POST', '/async-function/figlet', { headers: { 'X-Callback-Url': 'nowhere' } });
  lab.expect('status', refused.status, 400);
  lab.pass(`400: ${refused.text.trim()}`);

  lab.begin('a later GET');
  const notPosted = await lab.http('GET', '/async-function/figlet');
  lab.expect('status', notPosted.status, 405);
  lab.pass(`405, Allow: ${notPosted.headers.get('allow')}`);

  lab.begin('managing functions');
  const unasked = await lab.http('GET', '/system/functions');
  lab.expect('status without a password', unasked.status, 401);
  lab.pass('401 without the password');
}

class Lab {
  #gatewayUrl;
  #password;
  #report;
  #step = '';

  constructor(gatewayUrl, password, report) {
    this.#gatewayUrl = gatewayUrl;
    this.#password = password;
    this.#report = report;
  }

  get hasPassword() {
    return this.#password !== undefined;
  }

  begin(step) {
    this.#step = step;
  }

  /** Reports that the step passed. */
  pass(text) {
    this.#report(this.#step, text);
  }

  differ(expected, found) {
    throw new LabDifference(this.#step, expected, found);
  }

  expect(name, found, expected) {
    if (found !== expected) this.differ(`${name}: ${expected}`, `${name}: ${found}`);
  }

  async http(method, path, { headers, body } = {}) {
    const started = performance.now();
    const signal = AbortSignal.timeout(answerWithinMs);
    try {
      const answer = await fetch(`${this.#gatewayUrl}${path}`, { method, headers, body, signal, redirect: 'manual' });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, text, ms: Math.round(performance.now() - started) };
    } catch (error) {
      const { code, message } = error.cause ?? error;
      if (code === 'ECONNREFUSED') {
        const remedy = 'Start one, npm run up -- nats, or set GATEWAY_URL';
        return this.differ('a gateway', `nobody listens at ${this.#gatewayUrl}. ${remedy}`);
      }
      return this.differ('an answer', `${method} ${path}: ${message}`);
    }
  }

  /** How many calls of a function went through the gateway that answers. */
  async callsOf(name) {
    const Authorization = `Basic ${Buffer.from(`admin:${this.#password}`).toString('base64')}`;
    const answer = await this.http('GET', `/system/function/${name}`, { headers: { Authorization } });
    this.expect('status', answer.status, 200);
    return JSON.parse(answer.text).invocationCount;
  }
}
