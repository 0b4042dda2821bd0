import { askAgain, ifThere, reasonOf, type Engine } from '../engine/engine.js';

/**
 * Has the engine fetch an image that it does not have. One that it has is taken as it is.
 * @throws with why it cannot be had, in a line
 */
export async function pullImage(engine: Engine, image: string, signal: AbortSignal): Promise<void> {
  const name = withTag(image);
  if (await ifThere(askAgain(() => engine.getImage(name).inspect()))) return;
  const fault = await pull(engine, name, signal).catch(reasonOf);
  signal.throwIfAborted();
  if (fault) throw new Error(`image ${image} is not on the engine and cannot be pulled: ${fault}`);
}

/** @returns why it could not be pulled; undefined when it was */
async function pull(engine: Engine, name: string, abortSignal: AbortSignal): Promise<string | undefined> {
  const stream = await engine.createImage({ fromImage: name, abortSignal });
  let fault: string | undefined;
  await new Promise<void>((resolve, reject) => {
    abortSignal.addEventListener('abort', () => reject(abortSignal.reason as Error), { once: true });
    // The engine answers 200 before it begins, and tells of a failure among its progress.
    const watch = ({ error }: { error?: string }): void => void (fault ??= error);
    engine.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()), watch);
  });
  return fault;
}

/** Without a tag or a digest, an engine would pull every tag there is. */
function withTag(image: string): string {
  const lastPart = image.slice(image.lastIndexOf('/') + 1);
  return /[:@]/.test(lastPart) ? image : `${image}:latest`;
}
