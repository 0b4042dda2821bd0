import { ignoreMissing, retryOnPodmanRace } from '../engine/engine-requests.js';
import { engineReasonOf, type Engine } from '../engine/engine.js';

/**
 * Lets the engine pull an image that it does not have. An image that it has is not updated.
 * @throws with the reason, one line, when the image cannot be pulled
 */
export async function pullImage(engine: Engine, image: string, signal: AbortSignal): Promise<void> {
  const name = withTag(image);
  if (await ignoreMissing(retryOnPodmanRace(() => engine.getImage(name).inspect()))) return;
  const failure = await pull(engine, name, signal).catch(engineReasonOf);
  signal.throwIfAborted();
  if (failure) throw new Error(`image ${image} is not on the engine and cannot be pulled: ${failure}`);
}

/** @returns the reason when the image cannot be pulled; undefined when it was pulled */
async function pull(engine: Engine, name: string, abortSignal: AbortSignal): Promise<string | undefined> {
  const stream = await engine.createImage({ fromImage: name, abortSignal });
  let failure: string | undefined;
  await new Promise<void>((resolve, reject) => {
    abortSignal.addEventListener('abort', () => reject(abortSignal.reason as Error), { once: true });
    // The engine answers 200 before it pulls, and reports a failure among its progress events.
    const readEvent = ({ error }: { error?: string }): void => void (failure ??= error);
    engine.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()), readEvent);
  });
  return failure;
}

/** Without a tag or a digest, an engine pulls every tag of the image. */
function withTag(image: string): string {
  const lastPart = image.slice(image.lastIndexOf('/') + 1);
  return /[:@]/.test(lastPart) ? image : `${image}:latest`;
}
