import { modes, type ImageCatalogue } from '@later/runtime-process';
import { InvalidFileError, readYamlFile, yamlText } from '@later/service-kit';
import { z } from 'zod';

const remedy = 'Set IMAGES_FILE to a file that lists the known images.';

const schema = z.strictObject({
  images: z.record(
    z.string().min(1),
    z.strictObject({
      fprocess: z.string().refine((command) => command.trim() !== '', { error: 'expected a command' }),
      mode: z.enum(modes).exactOptional(),
      envVars: z.record(z.string().min(1), yamlText).exactOptional(),
    }),
  ),
});

/**
 * Reads the images that the process runtime knows: `images:` maps an image's name to its `fprocess`, `mode` and `envVars`.
 * @throws InvalidFileError naming every fault of the file
 */
export async function readImageCatalogue(path: string): Promise<ImageCatalogue> {
  const read = await readYamlFile(path, { schema, remedy });
  if (!read) throw new InvalidFileError(path, [`is missing or empty. ${remedy}`]);
  return new Map(Object.entries(read.images));
}
