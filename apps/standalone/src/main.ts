#!/usr/bin/env node
import { runService } from '@later/service-kit';

import { standalone } from './standalone.js';

await runService(standalone);
