import { SampleFunctionsModule, sampleFunctionsConfig } from '@later/sample-functions';
import { defineService, listenConfig } from '@later/service-kit';

/** The sample functions in their own process. */
export const functions = defineService({
  name: 'functions',
  config: { listen: listenConfig(8086), samples: sampleFunctionsConfig },
  async start({ listen, samples }, service) {
    await service.serve('functions', { imports: [SampleFunctionsModule.of(samples)], listen });
  },
});
