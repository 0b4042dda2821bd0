import { Injectable } from '@nestjs/common';

import { FunctionDiscovery } from './function-discovery.js';
import { registerFunctions, type RegisteredFunction } from './register-functions.js';

/** The functions this service serves, by name: none before the app starts. */
@Injectable()
export class FunctionRegistry {
  #byName: ReadonlyMap<string, RegisteredFunction> = new Map();

  constructor(private readonly discovery: FunctionDiscovery) {}

  /** @throws InvalidFunctionsError naming every fault there is */
  load(isTaken: (path: string) => boolean): void {
    const { found, faults } = this.discovery.find();
    this.#byName = registerFunctions(found, faults, isTaken);
  }

  /** In the order of their names. */
  list(): readonly RegisteredFunction[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
