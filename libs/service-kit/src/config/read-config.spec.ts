import { expect, test } from 'vitest';

import { InvalidConfigurationError, readConfig } from './read-config.js';
import { listenConfig, processConfig } from './sections.js';

const sections = { listen: listenConfig(8080), process: processConfig };

test('a variable that is not set has its default', () => {
  expect(readConfig(sections, { PORT: '' })).toEqual({
    listen: { PORT: 8080, HOST: '127.0.0.1', SHUTDOWN_DELAY: 0 },
    process: { LOG_LEVEL: 'info', SHUTDOWN_GRACE: 30_000 },
  });
});

test('one message names every wrong variable', () => {
  const wrong = { PORT: '99999', LOG_LEVEL: 'loud', SHUTDOWN_GRACE: 'soon', HOST: 'a' };
  const thrown = (() => {
    try {
      return readConfig(sections, wrong);
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toBeInstanceOf(InvalidConfigurationError);
  const { message, faults } = thrown as InvalidConfigurationError;
  expect(message.split('\n')[0]).toBe('Invalid configuration:');
  expect(faults.map((fault) => fault.split(':')[0]).toSorted()).toEqual(['LOG_LEVEL', 'PORT', 'SHUTDOWN_GRACE']);
});
