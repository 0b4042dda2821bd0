import { z } from 'zod';

/** The namespace of a function that names none (OpenFaaS's default). */
export const defaultNamespace = 'openfaas-fn';

const characters = /^[-a-zA-Z0-9_.]{1,253}$/;
/** As a path segment, these two names would mean another path. */
const isPath = (name: string): boolean => name === '.' || name === '..';

/** A function's name as OpenFaaS allows it, without its namespace. */
export const functionName = z
  .string()
  .regex(characters, 'expected 1 to 253 characters of a-z, A-Z, 0-9, "-", "_" and "."')
  .refine((name) => !isPath(name), 'expected more than dots');

/** A function's name and namespace. */
export interface FunctionAddress {
  readonly name: string;
  readonly namespace: string;
}

/** A function's name as a caller writes it: `name` or `name.namespace`. */
export const calledName = z.string().refine((asCalled) => parseFunctionAddress(asCalled) !== undefined, {
  error: "is no function's name",
});

/**
 * Reads `name` or `name.namespace`, divided at the last dot (OpenFaaS contract, Names).
 * @returns undefined when no function can have this name
 */
export function parseFunctionAddress(asCalled: string): FunctionAddress | undefined {
  // The same rule as the schema's, without the cost of a schema: this runs for every call and every job.
  if (!characters.test(asCalled)) return undefined;
  const dot = asCalled.lastIndexOf('.');
  const name = dot < 0 ? asCalled : asCalled.slice(0, dot);
  const namespace = dot < 0 ? defaultNamespace : asCalled.slice(dot + 1);
  return name && namespace && !isPath(name) ? { name, namespace } : undefined;
}

/** `name.namespace`, as in OpenFaaS's metrics; also the lane of the function's jobs. */
export const fullName = ({ name, namespace }: FunctionAddress): string => `${name}.${namespace}`;
