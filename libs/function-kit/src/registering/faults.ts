/** The declared functions have faults; the message has one line for each. The service does not start. */
export class InvalidFunctionsError extends Error {
  readonly code = 'INVALID_FUNCTIONS';

  constructor(readonly faults: readonly string[]) {
    super(['Invalid functions:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
    this.name = new.target.name;
  }
}

/** The texts of the faults. `member` is `Class.method`. */
export const faults = {
  option: (member: string, path: string, message: string) => `${member}: ${path}${path && ': '}${message}`,
  notAMethod: (member: string) => `${member}: @LaterFunction belongs on a method of an instance`,
  notASingleton: (member: string) =>
    `${member}: its provider is made anew for each request; a function needs a singleton`,
  declaredTwice: (name: string, members: readonly string[]) => `"${name}" is declared by ${members.join(' and by ')}`,
  pathTaken: (member: string, path: string) => `${member}: ${path} is served by something else in this app`,
};
