import { Module, type DynamicModule } from '@nestjs/common';
import { FunctionsModule } from '@later/function-kit';

import { Figlet } from './figlet/figlet.js';
import { LONG_TASK_MS, LongTask } from './long-task/long-task.js';
import type { SampleFunctionsConfig } from './sample-functions-config.js';

/** Serves the two functions of the lab: figlet and long-task. */
@Module({})
export class SampleFunctionsModule {
  static of({ LONG_TASK_DURATION }: SampleFunctionsConfig): DynamicModule {
    return {
      module: SampleFunctionsModule,
      imports: [FunctionsModule],
      providers: [Figlet, LongTask, { provide: LONG_TASK_MS, useValue: LONG_TASK_DURATION }],
    };
  }
}
