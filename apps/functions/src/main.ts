#!/usr/bin/env node
import { runService } from '@later/service-kit';

import { functions } from './functions.js';

await runService(functions);
