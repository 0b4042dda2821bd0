export interface RunningRoles {
  readonly gateway: string;
  readonly provider: string;
  readonly functions: string;
  /** The user and password for managing functions, in a few words. */
  readonly login: string;
  readonly transport: { readonly name: string; readonly durability: string };
}

/** The text after the start: the URLs of the roles, and commands to try. */
export const welcome = ({ gateway, provider, functions, login, transport }: RunningRoles): string => `
  Later is running.

    gateway        ${gateway}
    provider       ${provider}
    functions      ${functions}   (figlet, long-task)
    queue-worker, callback-dispatcher   in this process
    transport      ${transport.name}, durability ${transport.durability}

  Try:

    curl -d LaterIsBetter ${gateway}/function/figlet
    curl -i -d '' ${gateway}/async-function/long-task
    curl -i -d LaterIsBetter -H 'X-Callback-Url: http://gateway:8080/function/figlet' ${gateway}/async-function/figlet

  The first call waits for its result; the others are answered 202 at once, and their results are in the log below.
  Deploy your own functions with faas-cli, or with curl on ${gateway}/system/functions: ${login}.
  Ctrl-C stops Later.

`;
