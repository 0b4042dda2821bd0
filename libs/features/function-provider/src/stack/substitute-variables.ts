type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Puts variables in the place of `${NAME}` and `${NAME:-default}` in every text of parsed YAML, as faas-cli does; says
 * which ones there are neither variable nor default for. A variable that is set and empty counts as unset for the latter.
 */
export function substituteVariables(
  parsed: unknown,
  variables: Variables,
): { readonly substituted: unknown; readonly missing: readonly string[] } {
  const missing = new Set<string>();
  const inText = (text: string): string =>
    text.replaceAll(/\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (placeholder, name: string, byDefault?: string) => {
      const value = byDefault === undefined ? variables[name] : variables[name] || byDefault;
      if (value === undefined) missing.add(name);
      return value ?? placeholder;
    });
  const inValue = (value: unknown): unknown => {
    if (typeof value === 'string') return inText(value);
    if (Array.isArray(value)) return value.map(inValue);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inValue(each)]));
  };
  return { substituted: inValue(parsed), missing: [...missing] };
}
