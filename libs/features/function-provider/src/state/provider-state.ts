import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { defaultNamespace, type FunctionAddress } from '@later/job-schema';
import { namespace, type Namespace } from '@later/function-schema';

import { ifMissing, StateFolder } from './state-folder.js';
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
 *     FOLDER/secrets/NAMESPACE/NAME/value.secret
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
    for (const each of await foldersIn(join(this.folder, 'secrets', name))) {
      // One without a value was being made when a provider died.
      if ((await this.#secret({ name: each, namespace: name }).names()).length > 0) room.secrets.add(each);
    }
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

  /** The file that holds a secret's bytes, alone in its folder: who is shown that folder sees no other. */
  secretPath(address: FunctionAddress): string {
    return this.#secret(address).pathOf('value');
  }

  async putSecret(address: FunctionAddress, bytes: Buffer): Promise<void> {
    const room = this.#room(address.namespace);
    await come(room, this.#secret(address).write('value', bytes));
    room.secrets.add(address.name);
  }

  /** It is not there from now on, so that no function that comes meanwhile can name it. */
  async removeSecret(address: FunctionAddress): Promise<void> {
    const room = this.#rooms.get(address.namespace);
    room?.secrets.delete(address.name);
    try {
      await this.#secret(address).clear();
    } catch (error) {
      room?.secrets.add(address.name);
      throw error;
    }
  }

  #room(namespace: string): Room {
    const room = this.#rooms.get(namespace);
    if (!room) throw new Error(`There is no namespace "${namespace}" to put anything in`);
    return room;
  }

  async #clear(namespace: string): Promise<void> {
    const secrets = rm(join(this.folder, 'secrets', namespace), { recursive: true, force: true });
    await Promise.all([this.#functions(namespace).clear(), secrets]);
  }

  #functions(namespace: string): StateFolder {
    return new StateFolder(join(this.folder, 'functions', namespace), '.json');
  }

  #secret({ name, namespace }: FunctionAddress): StateFolder {
    return new StateFolder(join(this.folder, 'secrets', namespace, name), '.secret');
  }
}

async function foldersIn(path: string): Promise<readonly string[]> {
  return readdir(path).catch(ifMissing([]));
}

async function come(room: Room, writing: Promise<void>, stored?: StoredFunction): Promise<void> {
  room.coming.set(writing, stored);
  try {
    await writing;
  } finally {
    room.coming.delete(writing);
  }
}
