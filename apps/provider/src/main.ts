#!/usr/bin/env node
import { runService } from '@later/service-kit';

import { provider } from './provider.js';

await runService(provider);
