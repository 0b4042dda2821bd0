import { Injectable } from '@nestjs/common';

import { FunctionDiscovery } from './function-discovery.js';
import { registerFunctions, type RegisteredFunction } from './register-functions.js';

/** The served functions by name. It is empty before the app starts. */
@Injectable()
export class FunctionRegistry {
  #byName: ReadonlyMap<string, RegisteredFunction> = new Map();

  constructor(private readonly discovery: FunctionDiscovery) {}

  /** @throws InvalidFunctionsError naming every fault */
  load(isTaken: (path: string) => boolean): void {
    const { found, faults } = this.discovery.find();
    this.#byName = registerFunctions(found, faults, isTaken);
  }

  /** Sorted by name. */
  list(): readonly RegisteredFunction[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
