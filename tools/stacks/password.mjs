import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { root } from '../scripts/workspace.mjs';

/** The user that the images run as. */
const imageUser = 1000;

/** The same that `npm start` makes: who knows one knows the other, and a service served here finds it by itself. */
export const passwordFile = process.env.BASIC_AUTH_PASSWORD_FILE ?? join(root, '.later', 'basic-auth-password');

/** Sees to it that there is a password, that the containers can read it, and nobody else. @returns it when made just now */
export function providePassword() {
  let made;
  if (!existsSync(passwordFile)) {
    made = randomBytes(24).toString('base64url');
    mkdirSync(dirname(passwordFile), { recursive: true, mode: 0o700 });
    writeFileSync(passwordFile, `${made}\n`, { mode: 0o600, flag: 'wx' });
  }
  // A file secret is the file itself, with its owner and its mode.
  const { uid } = statSync(passwordFile);
  if (uid === imageUser) return made;
  if (process.getuid?.() === 0) chownSync(passwordFile, imageUser, imageUser);
  // Its folder keeps others on this machine out.
  else if (process.getuid) chmodSync(passwordFile, 0o644);
  return made;
}
