import { SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

/** What Nest can hold metadata on: a method, or its class. */
type Holder = Parameters<Reflector['get']>[1];

const DECLARATIONS = 'later:functions';
const MISPLACED = 'later:misplaced-functions';

const reflector = new Reflector();

const read = <Item>(key: string, holder: Holder): readonly Item[] =>
  reflector.get<readonly Item[] | undefined>(key, holder) ?? [];

/** Appends, so that a method may be a function under several names. */
const append = (key: string, item: unknown, holder: Holder): unknown =>
  SetMetadata(key, [...read(key, holder), item])(holder);

/** Remembers, on the method itself, that it is a function. */
export const declareOn = (method: Holder, options: unknown): unknown => append(DECLARATIONS, options, method);

/** Remembers, on its class, a decorated member that is no method. */
export const declareMisplaced = (owner: Holder, member: string | symbol): unknown =>
  append(MISPLACED, String(member), owner);

/** What was declared on a method: not yet checked. */
export const declarationsOf = (method: Holder): readonly unknown[] => read(DECLARATIONS, method);

/** The decorated members of a class that are no methods. */
export const misplacedIn = (owner: Holder): readonly string[] => read(MISPLACED, owner);
