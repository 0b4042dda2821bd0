import { Injectable, Scope, type Provider } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { expect, test } from 'vitest';

import { LaterFunction } from '../declaring/later-function.js';
import { aFunctionCall } from '../testing.js';
import { FunctionDiscovery } from './function-discovery.js';

async function find(providers: Provider[]) {
  class App {}
  const module = { module: App, imports: [DiscoveryModule], providers: [FunctionDiscovery, ...providers] };
  const app = await NestFactory.createApplicationContext(module, { logger: false });
  return app.get(FunctionDiscovery).find();
}

@Injectable()
class Greeter {
  readonly #greeting = 'hello';

  @LaterFunction({ name: 'greet' })
  @LaterFunction({ name: 'salute' })
  greet(): string {
    return this.#greeting;
  }

  plain(): string {
    return 'not a function';
  }
}

test('a decorated method is found under each of its names, bound to its instance', async () => {
  const { found, faults } = await find([Greeter]);
  expect(faults).toEqual([]);
  expect(found.map(({ member, declared }) => [member, declared])).toEqual([
    ['Greeter.greet', { name: 'salute' }],
    ['Greeter.greet', { name: 'greet' }],
  ]);
  expect(await found[0]?.invoke(aFunctionCall())).toBe('hello');
});

test('a method is found once, however many tokens lead to it', async () => {
  const { found } = await find([Greeter, { provide: 'alias', useExisting: Greeter }]);
  expect(found).toHaveLength(2);
});

test('an inherited function is found in the provided class', async () => {
  @Injectable()
  class Child extends Greeter {}
  expect((await find([Child])).found.map(({ member }) => member)).toEqual(['Child.greet', 'Child.greet']);
});

test('a decorated member that is not a method of an instance is a fault', async () => {
  const decorate = LaterFunction({ name: 'odd' });
  class Odd {
    static run = () => 'x';
    get size() {
      return 1;
    }
  }
  decorate(Odd, 'run', { value: Odd.run });
  decorate(Odd.prototype, 'size', {});
  expect((await find([Odd])).faults).toEqual([
    'Odd.run: @LaterFunction belongs on a method of an instance',
    'Odd.size: @LaterFunction belongs on a method of an instance',
  ]);
});

test('a function of a request-scoped provider is a fault', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class Fleeting {
    @LaterFunction({ name: 'fleeting' })
    run(): string {
      return 'x';
    }
  }
  expect((await find([Fleeting])).faults).toEqual([
    'Fleeting.run: its provider is made anew for each request; a function needs a singleton',
  ]);
});
