export interface LabOptions {
  readonly gatewayUrl: string;
  /** The password of `/system/*`; without it the callback is not checked. */
  readonly password?: string | undefined;
  /** Called after each step that passed. */
  readonly report?: (step: string, text: string) => void;
  /** Called with the banner that figlet drew. */
  readonly show?: (banner: string) => void;
}

export class LabDifference extends Error {}

export function walkLab(options: LabOptions): Promise<void>;
