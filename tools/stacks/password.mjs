import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { root } from '../scripts/workspace.mjs';

/** The user that the images run as. */
const imageUser = 1000;

/** The file that `npm start` writes. A service that runs on this machine finds it too. */
export const passwordFile = process.env.BASIC_AUTH_PASSWORD_FILE ?? join(root, '.later', 'basic-auth-password');

/** Makes a password if there is none, and lets only the containers read it. @returns the password if it is new */
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
