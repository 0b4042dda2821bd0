import { join } from 'node:path';

import { defaultNamespace, namespace, type FunctionAddress, type Namespace } from '@later/job-schema';

import { StateFolder } from './state-folder.js';
import { storedFunction, type StoredFunction } from './stored-function.js';

/** Leaves room for endings in the 255 bytes that file systems take for a name. */
export const longestName = 200;

interface Room {
  namespace: Namespace;
  readonly functions: Map<string, StoredFunction>;
  readonly secrets: Set<string>;
  /** On its way to disk. */
  readonly coming: Map<Promise<void>, StoredFunction | undefined>;
}

const emptyRoom = (of: Namespace): Room => ({
  namespace: of,
  functions: new Map(),
  secrets: new Set(),
  coming: new Map(),
});

/**
 * What the provider was told, and remembers over restarts. Read from memory; a change is on disk before it is seen.
 * Changes of the same thing must come one after the other; those of a namespace that goes meanwhile go with it.
 *
 *     FOLDER/namespaces/NAMESPACE.json
 *     FOLDER/functions/NAMESPACE/NAME.json
 *     FOLDER/secrets/NAMESPACE/NAME.secret
 */
export class ProviderState {
  readonly #rooms = new Map<string, Room>();
  readonly #namespaces: StateFolder;

  private constructor(private readonly folder: string) {
    this.#namespaces = new StateFolder(join(folder, 'namespaces'), '.json');
  }

  static async open(folder: string): Promise<ProviderState> {
    const state = new ProviderState(folder);
    for (const name of await state.#namespaces.names()) await state.#load(name);
    if (!state.#rooms.has(defaultNamespace)) {
      await state.putNamespace({ name: defaultNamespace, labels: {}, annotations: {} });
    }
    return state;
  }

  async #load(name: string): Promise<void> {
    const room = emptyRoom(await this.#namespaces.read(name, namespace));
    const functions = this.#functions(name);
    for (const each of await functions.names()) room.functions.set(each, await functions.read(each, storedFunction));
    for (const each of await this.#secrets(name).names()) room.secrets.add(each);
    this.#rooms.set(name, room);
  }

  namespaces(): readonly Namespace[] {
    return [...this.#rooms.values()].map((room) => room.namespace);
  }

  namespace(name: string): Namespace | undefined {
    return this.#rooms.get(name)?.namespace;
  }

  async putNamespace(given: Namespace): Promise<void> {
    const { name } = given;
    const room = this.#rooms.get(name);
    // What stands there of a namespace that is none is no part of the new one.
    if (!room) await this.#clear(name);
    await this.#namespaces.write(name, JSON.stringify(given));
    if (room) room.namespace = given;
    else this.#rooms.set(name, emptyRoom(given));
  }

  /** With all that is in it: last goes what names it, so that what a crash interrupts can be done again. */
  async removeNamespace(name: string): Promise<void> {
    const room = this.#rooms.get(name);
    this.#rooms.delete(name);
    await Promise.allSettled([...(room?.coming.keys() ?? [])]);
    await this.#clear(name);
    await this.#namespaces.remove(name);
  }

  functions(inNamespace: string): readonly StoredFunction[] {
    return [...(this.#rooms.get(inNamespace)?.functions.values() ?? [])];
  }

  function({ name, namespace }: FunctionAddress): StoredFunction | undefined {
    return this.#rooms.get(namespace)?.functions.get(name);
  }

  async putFunction(stored: StoredFunction): Promise<void> {
    const { service, namespace } = stored.deployment;
    const room = this.#room(namespace);
    await come(room, this.#functions(namespace).write(service, JSON.stringify(stored)), stored);
    room.functions.set(service, stored);
  }

  async removeFunction({ name, namespace }: FunctionAddress): Promise<void> {
    const room = this.#rooms.get(namespace);
    await this.#functions(namespace).remove(name);
    room?.functions.delete(name);
  }

  secrets(inNamespace: string): readonly string[] {
    return [...(this.#rooms.get(inNamespace)?.secrets ?? [])];
  }

  hasSecret({ name, namespace }: FunctionAddress): boolean {
    return this.#rooms.get(namespace)?.secrets.has(name) ?? false;
  }

  /** The functions that name a secret, those on their way to disk among them. */
  usersOfSecret({ name, namespace }: FunctionAddress): readonly string[] {
    const room = this.#rooms.get(namespace);
    const users = [...(room?.functions.values() ?? []), ...(room?.coming.values() ?? [])]
      .filter((stored) => stored?.deployment.secrets.includes(name))
      .map((stored) => stored!.deployment.service);
    return [...new Set(users)];
  }

  /** The file that holds a secret's bytes. */
  secretPath({ name, namespace }: FunctionAddress): string {
    return this.#secrets(namespace).pathOf(name);
  }

  async putSecret({ name, namespace }: FunctionAddress, bytes: Buffer): Promise<void> {
    const room = this.#room(namespace);
    await come(room, this.#secrets(namespace).write(name, bytes));
    room.secrets.add(name);
  }

  /** It is not there from now on, so that no function that comes meanwhile can name it. */
  async removeSecret({ name, namespace }: FunctionAddress): Promise<void> {
    const room = this.#rooms.get(namespace);
    room?.secrets.delete(name);
    try {
      await this.#secrets(namespace).remove(name);
    } catch (error) {
      room?.secrets.add(name);
      throw error;
    }
  }

  #room(namespace: string): Room {
    const room = this.#rooms.get(namespace);
    if (!room) throw new Error(`There is no namespace "${namespace}" to put anything in`);
    return room;
  }

  async #clear(namespace: string): Promise<void> {
    await Promise.all([this.#functions(namespace).clear(), this.#secrets(namespace).clear()]);
  }

  #functions(namespace: string): StateFolder {
    return new StateFolder(join(this.folder, 'functions', namespace), '.json');
  }

  #secrets(namespace: string): StateFolder {
    return new StateFolder(join(this.folder, 'secrets', namespace), '.secret');
  }
}

async function come(room: Room, writing: Promise<void>, stored?: StoredFunction): Promise<void> {
  room.coming.set(writing, stored);
  try {
    await writing;
  } finally {
    room.coming.delete(writing);
  }
}
