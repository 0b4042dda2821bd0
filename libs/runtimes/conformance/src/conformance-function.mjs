/**
 * The function of the conformance suite: `node conformance-function.mjs BEHAVIOUR [FILE]`. It is a server when `PORT` is
 * set; otherwise it answers one request from its standard input, as under a classic watchdog. It needs only Node, so that
 * it runs in every Node image.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setImmediate, setInterval } from 'node:timers';

const [, program, behaviour, file] = process.argv;
const port = process.env.PORT;
const say = (text) => void process.stderr.write(`${text}\n`);
const runForever = () => void setInterval(() => undefined, 60_000);

function spin() {
  const until = performance.now() + 5;
  while (performance.now() < until);
  setImmediate(spin);
}

/** Ignores signals, and starts children that do the same: one in its group and one in a session of its own. */
function resist(depth) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
  if (depth > 0)
    for (const detached of [false, true])
      spawn(process.execPath, [program, 'resists', String(depth - 1)], { stdio: 'inherit', detached });
  say('resists');
  runForever();
}

function overwrite() {
  try {
    writeFileSync(file, 'overwritten');
    return 'written';
  } catch (error) {
    return error.code;
  }
}

/** The body of the answer of each behaviour; undefined for no answer. */
const answers = {
  request: (request) => JSON.stringify(request),
  environment: () => JSON.stringify(process.env),
  secret: () => readFileSync(file),
  'overwrites-secret': overwrite,
  prints: () => {
    say('printed: one');
    say('printed: zwei, 二');
    return 'printed';
  },
  slow: () => say('slow: called'),
  busy: () => {
    say('busy: called');
    spin();
  },
  stubborn: () => 'stubborn',
  dies: () => 'last words',
};

function serve() {
  createServer((request, response) => {
    const type = request.headers['content-type'] ?? 'application/octet-stream';
    if (behaviour === 'echo') return request.pipe(response.writeHead(200, { 'content-type': type }));
    if (behaviour === 'breaks-off') return request.socket.destroy();
    if (behaviour === 'slow') response.on('close', () => say('slow: broke off'));
    // A server that does not read the request does not notice that its client is gone.
    if (behaviour === 'slow') request.resume();
    if (behaviour === 'dies') response.on('finish', () => process.exit(7));
    const { method, url, headers } = request;
    const [path, ...query] = url.split('?');
    const answer = answers[behaviour]({ method, path, query: query.join('?'), headers });
    if (answer !== undefined) response.end(answer);
  }).listen(Number(port));
}

function answerOnce() {
  if (behaviour === 'echo') return process.stdin.pipe(process.stdout);
  if (behaviour === 'breaks-off') process.exit(3);
  const { Http_Method: method, Http_Path: path, Http_Query: query = '', ...variables } = process.env;
  const headers = Object.entries(variables)
    .filter(([name]) => name.startsWith('Http_'))
    .map(([name, value]) => [name.slice('Http_'.length).toLowerCase().replaceAll('_', '-'), value]);
  const answer = answers[behaviour]({ method, path, query, headers: Object.fromEntries(headers) });
  if (answer === undefined) runForever();
  else process.stdout.write(answer);
}

if (behaviour === 'cannot-start') {
  say('cannot start: no licence');
  process.exit(1);
}
if (behaviour === 'never-ready') {
  say('never ready');
  runForever();
} else if (behaviour === 'resists') resist(Number(file));
else {
  if (behaviour === 'stubborn') resist(2);
  if (behaviour === 'polite')
    process.on('SIGTERM', () => {
      say('polite: ending');
      process.exit();
    });
  if (port !== undefined) serve();
  else if (behaviour !== 'stubborn') answerOnce();
}
