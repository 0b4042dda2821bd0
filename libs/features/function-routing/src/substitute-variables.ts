/** Puts variables in the place of `${NAME}`; says which ones there are none for. */
export function substituteVariables(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly missing: readonly string[] } {
  const missing = new Set<string>();
  const substituted = text.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (placeholder, name: string) => {
    const value = variables[name];
    if (value === undefined) missing.add(name);
    return value ?? placeholder;
  });
  return { text: substituted, missing: [...missing] };
}
