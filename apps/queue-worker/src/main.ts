#!/usr/bin/env node
import { runService } from '@later/service-kit';

import { queueWorker } from './queue-worker.js';

await runService(queueWorker);
