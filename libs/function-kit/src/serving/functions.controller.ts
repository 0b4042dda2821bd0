import { Controller, Get } from '@nestjs/common';

import { FunctionRegistry } from '../registering/function-registry.js';
import type { RegisteredFunction } from '../registering/register-functions.js';

/** The public description of a function: enough to deploy it. */
export type ServedFunction = Omit<RegisteredFunction, 'invoke' | 'member'>;

/** Lists the served functions, at a path that no function can have: a function's name never contains `@`. */
@Controller('@later/functions')
export class FunctionsController {
  constructor(private readonly registry: FunctionRegistry) {}

  @Get()
  list(): ServedFunction[] {
    return this.registry.list().map(({ invoke: _invoke, member: _member, ...shown }) => shown);
  }
}
