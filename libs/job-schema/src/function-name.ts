import { z } from 'zod';

/** Where functions live that name no namespace (OpenFaaS's own default). */
export const defaultNamespace = 'openfaas-fn';

const characters = /^[-a-zA-Z0-9_.]{1,253}$/;
/** In a path these stand for another one. */
const isPath = (name: string): boolean => name === '.' || name === '..';

/** A function's name as OpenFaaS allows it, without its namespace. */
export const functionName = z
  .string()
  .regex(characters, 'expected 1 to 253 characters of a-z, A-Z, 0-9, "-", "_" and "."')
  .refine((name) => !isPath(name), 'expected more than dots');

/** A function as a caller names it. */
export interface FunctionAddress {
  readonly name: string;
  readonly namespace: string;
}

/** A function as a caller names it: `name` or `name.namespace`. */
export const calledName = z.string().refine((asCalled) => parseFunctionAddress(asCalled) !== undefined, {
  error: "is no function's name",
});

/**
 * Reads `name` or `name.namespace`; the last dot divides (OpenFaaS contract, Names).
 * @returns undefined for what can be no function's name
 */
export function parseFunctionAddress(asCalled: string): FunctionAddress | undefined {
  // The same as the schema has it, without what a schema costs: every call and every job comes by here.
  if (!characters.test(asCalled)) return undefined;
  const dot = asCalled.lastIndexOf('.');
  const name = dot < 0 ? asCalled : asCalled.slice(0, dot);
  const namespace = dot < 0 ? defaultNamespace : asCalled.slice(dot + 1);
  return name && namespace && !isPath(name) ? { name, namespace } : undefined;
}

/** A function's name in full, as in OpenFaaS's metrics; the lane of its jobs. */
export const fullName = ({ name, namespace }: FunctionAddress): string => `${name}.${namespace}`;
