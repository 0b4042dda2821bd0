/** Every fault of a catalogue of images in one message, a line each. */
export class InvalidCatalogueError extends Error {
  /** The same code as for invalid variables, because the process ends in the same way. */
  readonly code = 'INVALID_CONFIGURATION';

  constructor(path: string, faults: readonly string[], options?: ErrorOptions) {
    super([`Invalid ${path}:`, ...faults.map((fault) => `  - ${fault}`)].join('\n'), options);
    this.name = new.target.name;
  }
}
