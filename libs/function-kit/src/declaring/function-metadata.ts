import { SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

/** The holder of Nest metadata: a method or its class. */
type Holder = Parameters<Reflector['get']>[1];

const DECLARATIONS = 'later:functions';
const MISPLACED = 'later:misplaced-functions';

const reflector = new Reflector();

const read = <Item>(key: string, holder: Holder): readonly Item[] =>
  reflector.get<readonly Item[] | undefined>(key, holder) ?? [];

/** Appends an item, because a method may be a function under several names. */
const append = (key: string, item: unknown, holder: Holder): unknown =>
  SetMetadata(key, [...read(key, holder), item])(holder);

/** Stores a declaration on the method itself. */
export const declareOn = (method: Holder, options: unknown): unknown => append(DECLARATIONS, options, method);

/** Stores a decorated member that is not a method, on its class. */
export const declareMisplaced = (owner: Holder, member: string | symbol): unknown =>
  append(MISPLACED, String(member), owner);

/** The declarations of a method, unchecked. */
export const declarationsOf = (method: Holder): readonly unknown[] => read(DECLARATIONS, method);

/** The decorated members of a class that are not methods. */
export const misplacedIn = (owner: Holder): readonly string[] => read(MISPLACED, owner);
