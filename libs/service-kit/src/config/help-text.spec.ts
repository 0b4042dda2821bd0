import { expect, test } from 'vitest';

import { helpText } from './help-text.js';
import { listenConfig, processConfig } from './sections.js';

test('--help names every variable with its default', () => {
  const text = helpText('gateway', { listen: listenConfig(8080), process: processConfig });
  expect(text).toMatch(/^Later's gateway\./);
  expect(text).toMatch(/^ {2}PORT +The port to listen on.* \[8080\]$/m);
  expect(text).toMatch(/^ {2}SHUTDOWN_GRACE .* \[30s\]$/m);
  expect(text).toMatch(/^ {2}LOG_FORMAT .*[^\]]$/m);
});
