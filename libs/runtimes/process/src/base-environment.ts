/** The variables of the provider that a function sees; all others stay hidden from it. */
const passedOn = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'] as const;

/** Where most systems keep their programs: for a provider that was started without a PATH. */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The variables that every function has; the function's own variables override them. */
export function baseEnvironment(
  provider: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> & { readonly PATH: string } {
  const set = passedOn.flatMap((name) => (provider[name] === undefined ? [] : [[name, provider[name]] as const]));
  return { PATH: defaultPath, ...Object.fromEntries(set) };
}
