import type { SpawnSyncOptions } from 'node:child_process';

export interface Stack {
  readonly name: string;
  readonly apps: readonly string[];
  readonly broker?: string;
  readonly project: string;
  readonly file: string;
}

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly running: boolean;
  /** In ms since 1970. */
  readonly startedAt: number;
  readonly health?: string;
  /** Paths in the container. */
  readonly mounts: readonly string[];
}

export interface Run {
  readonly ok: boolean;
  readonly out: string;
  readonly said: string;
}

interface Composed {
  readonly project: string;
  readonly files: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export const apps: readonly string[];
export const passwordFile: string;
export const settings: Readonly<Record<string, string>>;
export const stackNames: readonly string[];
export function announceBridges(project: string): Promise<void>;
export function ask(command: string, args: readonly string[], options?: SpawnSyncOptions): Run;
export function buildImages(apps: readonly string[]): void;
export function compose(stack: Composed, args: readonly string[], options?: { readonly quiet?: boolean }): Run;
export function containersOf(project: string): readonly Container[];
export function docker(...args: readonly string[]): string;
export function imageOf(app: string): string;
export function isEngineThere(): boolean;
export function providePassword(): string | undefined;
export function stackOf(name: string): Stack;
