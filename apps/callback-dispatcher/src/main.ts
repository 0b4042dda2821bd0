#!/usr/bin/env node
import { runService } from '@later/service-kit';

import { callbackDispatcher } from './callback-dispatcher.js';

await runService(callbackDispatcher);
