export { Figlet } from './figlet/figlet.js';
export { LongTask } from './long-task/long-task.js';
export { sampleFunctionsConfig, type SampleFunctionsConfig } from './sample-functions-config.js';
export { SampleFunctionsModule } from './sample-functions.module.js';
