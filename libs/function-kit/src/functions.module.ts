import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';

import { FunctionDiscovery } from './registering/function-discovery.js';
import { FunctionRegistry } from './registering/function-registry.js';
import { FunctionServer } from './serving/function-server.js';
import { FunctionsController } from './serving/functions.controller.js';

/** Serves every `@LaterFunction` of the app that imports it: any Nest app on Fastify, with any options. */
@Module({
  imports: [DiscoveryModule],
  controllers: [FunctionsController],
  providers: [FunctionDiscovery, FunctionRegistry, FunctionServer],
})
export class FunctionsModule {}
