#!/usr/bin/env node
import { runService } from '@later/service-kit';

import { gateway } from './gateway.js';

await runService(gateway);
