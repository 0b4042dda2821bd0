import { z } from 'zod';

/** RFC 7617: the user ends at the first colon, and user and password have no control characters. */
const user = z.string().regex(/^[^:\p{Cc}]+$/u, 'expected text without ":" and control characters');
const password = z.string().regex(/^\P{Cc}+$/u, 'expected text without control characters');

/** The user and password of `/system/*` and `/ui/`. */
export const basicAuthConfig = z
  .object({
    BASIC_AUTH: z
      .enum(['true', 'false'])
      .default('true')
      .transform((on) => on === 'true')
      .describe('Whether `/system/*` and `/ui/` require a user and a password'),
    BASIC_AUTH_USER: user.default('admin').describe('The user of `/system/*` and `/ui/`'),
    BASIC_AUTH_PASSWORD: password
      .optional()
      .describe('The password; without one, a password is generated, kept in `DATA_DIR` and printed once'),
    BASIC_AUTH_PASSWORD_FILE: z
      .string()
      .optional()
      .describe('A file that contains the password, instead of `BASIC_AUTH_PASSWORD`'),
    DATA_DIR: z.string().default('.later').describe('The folder of the generated password'),
  })
  .refine((given) => given.BASIC_AUTH_PASSWORD === undefined || given.BASIC_AUTH_PASSWORD_FILE === undefined, {
    path: ['BASIC_AUTH_PASSWORD_FILE'],
    error: 'set this or BASIC_AUTH_PASSWORD, not both',
  });

export type BasicAuthConfig = z.infer<typeof basicAuthConfig>;
