import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { defaultNamespace, type FunctionAddress } from '@later/job-schema';
import { namespace, type Namespace } from '@later/function-schema';

import { ifMissing, StateFolder } from './state-folder.js';
import { storedFunction, type StoredFunction } from './stored-function.js';

/** File systems allow 255 bytes for a name; the rest is for suffixes. */
export const longestName = 200;

/** A namespace in memory. */
interface NamespaceEntry {
  namespace: Namespace;
  readonly functions: Map<string, StoredFunction>;
  readonly secrets: Set<string>;
  /** Every write that has not finished, with the function that it writes. */
  readonly pendingWrites: Map<Promise<void>, StoredFunction | undefined>;
}

const emptyEntry = (namespace: Namespace): NamespaceEntry => ({
  namespace,
  functions: new Map(),
  secrets: new Set(),
  pendingWrites: new Map(),
});

/**
 * The deployed functions, secrets and namespaces. Reads come from memory; a change is on disk before it is visible.
 * The caller makes changes to the same function or secret one at a time. A change that is written while its namespace is
 * removed is removed with it.
 *
 *     FOLDER/namespaces/NAMESPACE.json
 *     FOLDER/functions/NAMESPACE/NAME.json
 *     FOLDER/secrets/NAMESPACE/NAME/value.secret
 */
export class ProviderState {
  readonly #entries = new Map<string, NamespaceEntry>();
  readonly #namespaces: StateFolder;

  private constructor(private readonly folder: string) {
    this.#namespaces = new StateFolder(join(folder, 'namespaces'), '.json');
  }

  static async open(folder: string): Promise<ProviderState> {
    const state = new ProviderState(folder);
    for (const name of await state.#namespaces.names()) await state.#load(name);
    if (!state.#entries.has(defaultNamespace)) {
      await state.putNamespace({ name: defaultNamespace, labels: {}, annotations: {} });
    }
    return state;
  }

  async #load(name: string): Promise<void> {
    const entry = emptyEntry(await this.#namespaces.read(name, namespace));
    const functions = this.#functions(name);
    for (const each of await functions.names()) entry.functions.set(each, await functions.read(each, storedFunction));
    for (const each of await foldersIn(join(this.folder, 'secrets', name))) {
      // A secret without a value was not finished when a provider crashed.
      if ((await this.#secret({ name: each, namespace: name }).names()).length > 0) entry.secrets.add(each);
    }
    this.#entries.set(name, entry);
  }

  namespaces(): readonly Namespace[] {
    return [...this.#entries.values()].map((entry) => entry.namespace);
  }

  namespace(name: string): Namespace | undefined {
    return this.#entries.get(name)?.namespace;
  }

  async putNamespace(given: Namespace): Promise<void> {
    const { name } = given;
    const entry = this.#entries.get(name);
    // Deletes leftovers of a removed namespace before its name is used again.
    if (!entry) await this.#clear(name);
    await this.#namespaces.write(name, JSON.stringify(given));
    if (entry) entry.namespace = given;
    else this.#entries.set(name, emptyEntry(given));
  }

  /** Removes a namespace with its content. Its own file goes last, so that an interrupted removal can be repeated. */
  async removeNamespace(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    this.#entries.delete(name);
    await Promise.allSettled([...(entry?.pendingWrites.keys() ?? [])]);
    await this.#clear(name);
    await this.#namespaces.remove(name);
  }

  functions(inNamespace: string): readonly StoredFunction[] {
    return [...(this.#entries.get(inNamespace)?.functions.values() ?? [])];
  }

  function({ name, namespace }: FunctionAddress): StoredFunction | undefined {
    return this.#entries.get(namespace)?.functions.get(name);
  }

  async putFunction(stored: StoredFunction): Promise<void> {
    const { service, namespace } = stored.deployment;
    const entry = this.#require(namespace);
    await trackWrite(entry, this.#functions(namespace).write(service, JSON.stringify(stored)), stored);
    entry.functions.set(service, stored);
  }

  async removeFunction({ name, namespace }: FunctionAddress): Promise<void> {
    const entry = this.#entries.get(namespace);
    await this.#functions(namespace).remove(name);
    entry?.functions.delete(name);
  }

  secrets(inNamespace: string): readonly string[] {
    return [...(this.#entries.get(inNamespace)?.secrets ?? [])];
  }

  hasSecret({ name, namespace }: FunctionAddress): boolean {
    return this.#entries.get(namespace)?.secrets.has(name) ?? false;
  }

  /** The names of the functions that use a secret, including functions that are being written. */
  usersOfSecret({ name, namespace }: FunctionAddress): readonly string[] {
    const entry = this.#entries.get(namespace);
    const users = [...(entry?.functions.values() ?? []), ...(entry?.pendingWrites.values() ?? [])]
      .filter((stored) => stored?.deployment.secrets.includes(name))
      .map((stored) => stored!.deployment.service);
    return [...new Set(users)];
  }

  /** The file with a secret's bytes. Its folder holds nothing else, so a function that sees it sees no other secret. */
  secretPath(address: FunctionAddress): string {
    return this.#secret(address).pathOf('value');
  }

  async putSecret(address: FunctionAddress, bytes: Buffer): Promise<void> {
    const entry = this.#require(address.namespace);
    await trackWrite(entry, this.#secret(address).write('value', bytes));
    entry.secrets.add(address.name);
  }

  /** Hides the secret before its file is deleted, so that no new deployment can use it in the meantime. */
  async removeSecret(address: FunctionAddress): Promise<void> {
    const entry = this.#entries.get(address.namespace);
    entry?.secrets.delete(address.name);
    try {
      await this.#secret(address).clear();
    } catch (error) {
      entry?.secrets.add(address.name);
      throw error;
    }
  }

  #require(namespace: string): NamespaceEntry {
    const entry = this.#entries.get(namespace);
    if (!entry) throw new Error(`There is no namespace "${namespace}"`);
    return entry;
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

/** Awaits a write and lists it as pending until then. */
async function trackWrite(entry: NamespaceEntry, writing: Promise<void>, stored?: StoredFunction): Promise<void> {
  entry.pendingWrites.set(writing, stored);
  try {
    await writing;
  } finally {
    entry.pendingWrites.delete(writing);
  }
}
