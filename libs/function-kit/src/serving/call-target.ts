/** What a request target says: which function, and what is left for it. */
export interface CallTarget {
  readonly name: string;
  /** `/` when none was given. */
  readonly path: string;
  readonly query: string;
}

/** Reads the raw request target (`/echo/a%2Fb?x=%20y`) and decodes nothing: the function gets what the caller wrote. */
export function readCallTarget(requestTarget: string): CallTarget {
  // RFC 9112 section 3.2.2: a request may name the whole URL.
  const target = requestTarget.replace(/^https?:\/\/[^/?]*/i, '');
  const [, name = '', path, query = ''] = /^\/?([^/?]*)([^?]*)\??(.*)$/s.exec(target) ?? [];
  return { name, path: path || '/', query };
}
