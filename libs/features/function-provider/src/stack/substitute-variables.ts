import type { YamlFault } from '@later/service-kit';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `${NAME}` and `${NAME:-default}` in every text of parsed YAML, as faas-cli does. The default also replaces a
 * variable that is set but empty. A variable with neither a value nor a default is a fault.
 */
export function substituteVariables(
  parsed: unknown,
  variables: Variables,
): { readonly content: unknown; readonly faults: readonly YamlFault[] } {
  const faults: YamlFault[] = [];
  const inText = (text: string, path: readonly string[]): string =>
    text.replaceAll(/\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (placeholder, name: string, byDefault?: string) => {
      const value = byDefault === undefined ? variables[name] : variables[name] || byDefault;
      if (value === undefined) faults.push({ path, message: `\${${name}} is not set in the environment` });
      return value ?? placeholder;
    });
  const inValue = (value: unknown, path: readonly string[]): unknown => {
    if (typeof value === 'string') return inText(value, path);
    if (Array.isArray(value)) return value.map((each, index) => inValue(each, [...path, String(index)]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inValue(each, [...path, key])]));
  };
  return { content: inValue(parsed, []), faults };
}
