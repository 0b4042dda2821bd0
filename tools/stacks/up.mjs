/**
 * `npm run up -- STACK [--without SERVICE]… [--containers]`: builds missing images, starts the stack, waits until all of
 * it is healthy, and prints commands to try.
 */
import { setTimeout as delay } from 'node:timers/promises';

import { readArguments } from '../scripts/arguments.mjs';
import { fail, say } from '../scripts/workspace.mjs';
import { announceBridges } from './bridges.mjs';
import { containersEnvironment, giveBackVolume } from './containers.mjs';
import { compose, containersOf, isWell, requireEngine } from './engine.mjs';
import { buildImages } from './images.mjs';
import { passwordFile, providePassword } from './password.mjs';
import { isFree } from './port.mjs';
import { requireServable, servedPorts, writeServeSettings } from './serving.mjs';
import { gatewayUrl, settings } from './settings.mjs';
import { requireStack, stackNames, stackOf } from './stacks.mjs';

/** Longer than all start periods in a row: a container that is unhealthy by then stays so. */
const wellWithinMs = 120_000;

const {
  words: [name],
  without,
  containers,
} = readArguments({
  command: `npm run up -- ${stackNames.join('|')} [--without SERVICE]… [--containers]`,
  about: [
    'Builds the images that are missing, starts the stack, and waits until all of it is well.',
    '',
    '--without SERVICE  leaves a service to this machine: npx nx serve SERVICE',
    "--containers       lets the provider run functions in containers, by the engine's socket",
  ],
  options: { without: { type: 'string', multiple: true, default: [] }, containers: { type: 'boolean' } },
  words: { least: 1, most: 1 },
});
const stack = requireStack(name);
const { project } = stack;
const files = [stack.file];
let environment = {};

requireServable(stack, without);
if (containers && !stack.containersFile) {
  fail(`--containers with ${stack.name}`, 'It is for a stack with a provider of its own.');
}
requireEngine();
await requireRoom();
const made = providePassword();
buildImages(stack.apps);
if (without.length > 0) files.push(stack.servingFile);
if (containers) {
  files.push(stack.containersFile);
  environment = containersEnvironment();
}

say(`Starting ${project}`);
if (!containers) giveBackVolume(project);
const scales = without.flatMap((service) => ['--scale', `${service}=0`]);
const started = compose({ project, files, environment }, ['up', '--detach', '--remove-orphans', ...scales], {
  quiet: true,
});
if (!started.ok) failWith(`${project} did not start`, started.said.split('\n').slice(-12).join('\n'));
await untilWell();
await announceBridges(project);
writeServeSettings(stack, without);
tell();

/** The engine's own message about a used port names no remedy. */
async function requireRoom() {
  const running = new Set(containersOf(project).flatMap(({ running: runs, service }) => (runs ? [service] : [])));
  const ports = without.length > 0 ? servedPorts(stack, without) : [];
  if (!without.includes('gateway')) {
    const service = stack.apps.includes('gateway') ? 'gateway' : 'standalone';
    ports.push({ service, host: settings.GATEWAY_ADDRESS, port: settings.GATEWAY_PORT });
  }
  for (const { service, host, port } of ports) {
    if (running.has(service) || (await isFree(host, port))) continue;
    const other = stackNames.find((name) => name !== stack.name && containersOf(stackOf(name).project).length > 0);
    const remedy =
      service in { gateway: 1, standalone: 1 }
        ? `, or choose another: GATEWAY_PORT=8090 npm run up -- ${stack.name}`
        : '';
    fail(
      `port ${port} of ${host} is taken`,
      other ? `The stack ${other} is up: npm run down -- ${other}.` : `Stop what listens there${remedy}.`,
    );
  }
}

async function untilWell() {
  const until = Date.now() + wellWithinMs;
  for (;;) {
    const containers = containersOf(project);
    const ill = containers.filter((container) => !isWell(container));
    if (containers.length > 0 && ill.length === 0) return;
    if (Date.now() > until) {
      const states = ill.map(
        ({ service, running, health }) => `${service}: ${running ? (health ?? 'running') : 'ended'}`,
      );
      failWith('not all is well', `${states.join('\n')}\nSee npm run logs -- ${ill[0]?.service ?? 'gateway'}`);
    }
    await delay(250);
  }
}

function failWith(what, remedy) {
  fail(what, `${remedy}\nWhat runs stays as it is: npm run down ends it.`);
}

function tell() {
  const count = new Map();
  for (const { service } of containersOf(project)) count.set(service, (count.get(service) ?? 0) + 1);
  const services = [...count].map(([service, times]) => (times > 1 ? `${service} (${times})` : service)).toSorted();
  const lines = [
    `Running: ${services.join(', ')}.`,
    ...(made
      ? [`Made a password for /system/*: user "admin", password "${made}". It is kept in ${passwordFile}.`]
      : []),
    ...without.map((service) => `Not running: ${service}. Serve it here: npx nx serve ${service}`),
    '',
    `  curl -d LaterIsBetter ${gatewayUrl}/function/figlet`,
    `  curl -i -d LaterIsBetter -H 'X-Callback-Url: http://gateway:8080/function/figlet' ${gatewayUrl}/async-function/figlet`,
    `  npm run smoke            npm run health`,
    `  npm run logs -- ${stack.apps.includes('gateway') ? 'queue-worker' : 'standalone'}`,
    `  npm run down             what is kept stays; --volumes removes that too`,
  ];
  say(lines.join('\n'));
}
