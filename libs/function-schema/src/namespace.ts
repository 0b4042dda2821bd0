import { z } from 'zod';

/** A namespace's name: an RFC 1123 label, as in Kubernetes. It has no dot, because a dot separates it from a function's name. */
export const namespaceName = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'expected 1 to 63 characters of a-z, 0-9 and "-", beginning and ending with a letter or a digit',
  );

/** The answer to `GET /system/namespace/NAME`, and the body of its `POST` and `PUT`. */
export const namespace = z.object({
  name: namespaceName,
  labels: z
    .record(z.string(), z.string())
    .nullish()
    .transform((given) => given ?? {}),
  annotations: z
    .record(z.string(), z.string())
    .nullish()
    .transform((given) => given ?? {}),
});

export type Namespace = z.infer<typeof namespace>;
