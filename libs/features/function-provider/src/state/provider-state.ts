import { join } from 'node:path';

import { defaultNamespace, namespace, type FunctionAddress, type Namespace } from '@later/job-schema';

import { StateFolder } from './state-folder.js';
import { storedFunction, type StoredFunction } from './stored-function.js';

interface Room {
  namespace: Namespace;
  readonly functions: Map<string, StoredFunction>;
  readonly secrets: Set<string>;
}

/**
 * What the provider was told, and remembers over restarts. Read from memory; a change is on disk before it is seen:
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
    const room: Room = {
      namespace: await this.#namespaces.read(name, namespace),
      functions: new Map(),
      secrets: new Set(),
    };
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
    // What was on its way to disk while one of this name was removed is no part of the new one.
    if (!room) await this.#clear(name);
    await this.#namespaces.write(name, JSON.stringify(given));
    if (room) room.namespace = given;
    else this.#rooms.set(name, { namespace: given, functions: new Map(), secrets: new Set() });
  }

  /** With all that is in it: last goes what names it, so that what a crash interrupts can be done again. */
  async removeNamespace(name: string): Promise<void> {
    this.#rooms.delete(name);
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
    await this.#functions(namespace).write(service, JSON.stringify(stored));
    this.#rooms.get(namespace)?.functions.set(service, stored);
  }

  async removeFunction({ name, namespace }: FunctionAddress): Promise<void> {
    await this.#functions(namespace).remove(name);
    this.#rooms.get(namespace)?.functions.delete(name);
  }

  secrets(inNamespace: string): readonly string[] {
    return [...(this.#rooms.get(inNamespace)?.secrets ?? [])];
  }

  hasSecret({ name, namespace }: FunctionAddress): boolean {
    return this.#rooms.get(namespace)?.secrets.has(name) ?? false;
  }

  /** The file that holds a secret's bytes. */
  secretPath({ name, namespace }: FunctionAddress): string {
    return this.#secrets(namespace).pathOf(name);
  }

  async putSecret({ name, namespace }: FunctionAddress, bytes: Buffer): Promise<void> {
    await this.#secrets(namespace).write(name, bytes);
    this.#rooms.get(namespace)?.secrets.add(name);
  }

  async removeSecret({ name, namespace }: FunctionAddress): Promise<void> {
    await this.#secrets(namespace).remove(name);
    this.#rooms.get(namespace)?.secrets.delete(name);
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
