import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

import { declarationsOf, misplacedIn } from '../declaring/function-metadata.js';
import type { FunctionMethod } from '../declaring/later-function.js';
import { faults } from './faults.js';
import type { FoundFunction } from './register-functions.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** Finds the decorated methods of every provider in the app. */
@Injectable()
export class FunctionDiscovery {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  find(): { found: FoundFunction[]; faults: string[] } {
    const finds = { found: [] as FoundFunction[], faults: [] as string[] };
    const seen = new Set<object>();
    for (const provider of this.discovery.getProviders()) {
      const instance: unknown = provider.instance;
      // An alias (`useExisting`) has the same instance.
      if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
      seen.add(instance);
      this.#collect(provider, instance, finds);
    }
    return finds;
  }

  #collect(provider: Provider, instance: object, finds: ReturnType<FunctionDiscovery['find']>): void {
    const { constructor: owner } = instance;
    if (typeof owner !== 'function') return;
    for (const member of misplacedIn(owner)) finds.faults.push(faults.notAMethod(`${owner.name}.${member}`));
    const prototype = Reflect.getPrototypeOf(instance);
    for (const key of this.scanner.getAllMethodNames(prototype)) {
      const method = Reflect.get(instance, key) as FunctionMethod;
      const declarations = declarationsOf(method);
      const member = `${owner.name}.${key}`;
      if (declarations.length > 0 && !provider.isDependencyTreeStatic())
        finds.faults.push(faults.notASingleton(member));
      const invoke: FunctionMethod = (call) => method.call(instance, call);
      finds.found.push(...declarations.map((declared) => ({ member, declared, invoke })));
    }
  }
}
