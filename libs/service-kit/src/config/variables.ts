import { z } from 'zod';

/** An environment variable, as `--help` and the reference page show it. */
export interface Variable {
  readonly name: string;
  readonly default?: string;
  readonly meaning: string;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly description?: string;
  readonly default?: string | number | boolean;
}

/** The variables of a section, read from its schema, each once. */
export function variablesOf(section: z.ZodType): readonly Variable[] {
  const json = z.toJSONSchema(section, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const found = new Map<string, Variable>();
  for (const { properties = {} } of objectsOf(json)) {
    for (const [name, { description = '', default: value }] of Object.entries(properties)) {
      // In a union, only one of the variants may have the description.
      if (found.get(name)?.meaning) continue;
      found.set(name, { name, meaning: description, ...(value !== undefined && { default: String(value) }) });
    }
  }
  return [...found.values()];
}

/** The object schemas inside a union or an intersection. */
function objectsOf(schema: JsonSchema): readonly JsonSchema[] {
  const parts = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  return parts ? parts.flatMap(objectsOf) : [schema];
}
