type Variables = Readonly<Record<string, string | undefined>>;

/** Puts variables in the place of `${NAME}` in every text of parsed YAML; says which ones there are none for. */
export function substituteVariables(
  parsed: unknown,
  variables: Variables,
): { readonly substituted: unknown; readonly missing: readonly string[] } {
  const missing = new Set<string>();
  const inText = (text: string): string =>
    text.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (placeholder, name: string) => {
      const value = variables[name];
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
