import { expect, test } from 'vitest';

import { nextSteps } from './finish.js';

const made = { name: 'hello', folder: 'apps/hello', port: 8100 };

test('its author is told how to run and to call it', () => {
  expect(nextSteps(made, { installed: true })).toBe(`
Function "hello" is in apps/hello. Run it, restarted on every change, and call it:

  npx nx serve hello
  curl -d Ada http://127.0.0.1:8100/hello

With "npm start" in another terminal, now and later:

  curl -d Ada http://127.0.0.1:8080/function/hello
  curl -d Ada http://127.0.0.1:8080/async-function/hello
`);
});

test('its author is told to install what was not', () => {
  expect(nextSteps(made, { installed: false })).toMatch(
    /\n\nBefore you commit, run "npm install": it enters apps\/hello into package-lock\.json\.\n$/,
  );
});
