import { z } from 'zod';

import { defaultNamespace } from '@later/job-schema';
import { namespaceName } from './namespace.js';

/** A secret's name, which is also its file name under `/var/openfaas/secrets`. */
export const secretName = z
  .string()
  .regex(
    /^[a-zA-Z0-9]([-a-zA-Z0-9_.]{0,251}[a-zA-Z0-9])?$/,
    'expected 1 to 253 characters of a-z, A-Z, 0-9, "-", "_" and ".", beginning and ending with a letter or a digit',
  );

/** The limit of Kubernetes. */
const maxSecretBytes = 1024 ** 2;

const inNamespace = namespaceName
  .or(z.literal(''))
  .nullish()
  .transform((given) => given || defaultNamespace);

/** Names a secret: an entry of `GET /system/secrets`, and the body of its `DELETE`. */
export const secretReference = z.object({ name: secretName, namespace: inNamespace });

export type SecretReference = z.infer<typeof secretReference>;

/** The body of `POST` and `PUT /system/secrets`: `value` is text, `rawValue` is bytes in base64. */
export const secret = z
  .object({
    name: secretName,
    namespace: inNamespace,
    value: z.string().nullish(),
    rawValue: z.base64({ error: 'expected base64' }).nullish(),
  })
  .transform(({ name, namespace, value, rawValue }, context) => {
    // Some clients send an empty rawValue together with a value.
    const bytes = rawValue ? Buffer.from(rawValue, 'base64') : Buffer.from(value ?? '', 'utf8');
    const field = rawValue ? 'rawValue' : 'value';
    const fault =
      bytes.length === 0
        ? 'expected a value, or a rawValue in base64'
        : bytes.length > maxSecretBytes
          ? `expected at most ${maxSecretBytes} bytes`
          : undefined;
    if (fault) context.addIssue({ code: 'custom', path: [field], message: fault });
    return { name, namespace, bytes };
  });

export type Secret = z.infer<typeof secret>;
