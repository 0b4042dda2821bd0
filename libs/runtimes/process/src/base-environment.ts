/** What a function sees of the provider's own environment; all else is nobody's business but the provider's. */
const passedOn = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'] as const;

/** Where most systems have their programs, for a provider that was started without a path. */
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The variables that each function has, before its own. */
export function baseEnvironment(
  provider: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> & { readonly PATH: string } {
  const set = passedOn.flatMap((name) => (provider[name] === undefined ? [] : [[name, provider[name]] as const]));
  return { PATH: usualPath, ...Object.fromEntries(set) };
}
