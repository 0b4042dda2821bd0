export interface Running {
  readonly gateway: string;
  readonly provider: string;
  readonly functions: string;
  /** Who may manage functions, in a line. */
  readonly login: string;
  readonly transport: { readonly name: string; readonly durability: string };
}

/** What runs where, and what to try. */
export const welcome = ({ gateway, provider, functions, login, transport }: Running): string => `
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

  The first waits for its answer; the others are answered 202 at once and show in the log below.
  Deploy functions of your own with faas-cli, or with curl on ${gateway}/system/functions: ${login}.
  Ctrl-C stops.

`;
