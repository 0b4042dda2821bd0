/** Every app that is an image, and its default port. A test compares them with the apps. */
export const portOf = {
  gateway: 8080,
  provider: 8081,
  'queue-worker': 8084,
  'callback-dispatcher': 8085,
  functions: 8086,
  standalone: 8080,
};

export const apps = Object.keys(portOf);
