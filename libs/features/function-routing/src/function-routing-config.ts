import { z } from 'zod';

/** Where the list of functions is; every variable of the environment may be named in it. */
export const functionRoutingConfig = z
  .object({
    FUNCTIONS_FILE: z.string().default('functions.yml').describe('The file that lists the functions'),
    FUNCTIONS_URL: z
      .url()
      .default('http://127.0.0.1:8086')
      .describe('Where the sample functions listen; `functions.yml` may use `${NAME}` of any variable'),
  })
  .catchall(z.string());

export type FunctionRoutingConfig = z.infer<typeof functionRoutingConfig>;
