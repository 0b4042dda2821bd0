import { z } from 'zod';

/** A variable as people are told of it. */
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

/** The variables that a section of a configuration reads, each once, from its schema. */
export function variablesOf(section: z.ZodType): readonly Variable[] {
  const json = z.toJSONSchema(section, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const found = new Map<string, Variable>();
  for (const { properties = {} } of objectsOf(json)) {
    for (const [name, { description = '', default: value }] of Object.entries(properties)) {
      // A variant of a union may leave the description to another.
      if (found.get(name)?.meaning) continue;
      found.set(name, { name, meaning: description, ...(value !== undefined && { default: String(value) }) });
    }
  }
  return [...found.values()];
}

/** The objects that a schema is made of, by union or intersection. */
function objectsOf(schema: JsonSchema): readonly JsonSchema[] {
  const parts = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  return parts ? parts.flatMap(objectsOf) : [schema];
}
