import { Controller, Get } from '@nestjs/common';

import { FunctionRegistry } from '../registering/function-registry.js';
import type { RegisteredFunction } from '../registering/register-functions.js';

/** What a service says of a function, so that it can be deployed from that alone. */
export type ServedFunction = Omit<RegisteredFunction, 'invoke' | 'member'>;

/** Lists what the service serves, at a path no function can have: `@` is in no function's name. */
@Controller('@later/functions')
export class FunctionsController {
  constructor(private readonly registry: FunctionRegistry) {}

  @Get()
  list(): ServedFunction[] {
    return this.registry.list().map(({ invoke: _invoke, member: _member, ...shown }) => shown);
  }
}
