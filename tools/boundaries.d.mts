export interface TypeRule {
  readonly mayUse: readonly string[];
  readonly banned?: readonly string[];
  readonly allowed?: readonly string[];
  readonly outside: string;
}
export const types: Readonly<Record<string, TypeRule>>;
export const lazily: readonly string[];
export function depConstraints(options?: { specs?: boolean }): unknown[];
