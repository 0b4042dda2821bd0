import { openEngine, reachEngine, engineReasonOf, type Engine } from '../engine/engine.js';

/** The engine on which tests run containers. */
export interface TestEngine {
  readonly address: string;
  readonly engine: Engine;
}

/**
 * Finds the engine of this machine. Without an engine, the tests that need one are skipped with a loud message, or fail
 * with `LATER_REQUIRE_CONTAINERS=1`.
 */
export async function findTestEngine(): Promise<TestEngine | undefined> {
  const address = process.env['DOCKER_HOST'] || 'unix:///var/run/docker.sock';
  try {
    const engine = await openEngine(address);
    await reachEngine(engine, address);
    return { address, engine };
  } catch (error) {
    if (process.env['LATER_REQUIRE_CONTAINERS'] === '1') throw error;
    // Written directly, because the reporter may hide what a test file prints.
    process.stderr.write(
      `\nTHE TESTS OF THE CONTAINER RUNTIME WERE NOT RUN: ${engineReasonOf(error)}\n` +
        'START AN ENGINE, SET DOCKER_HOST AND RUN THEM AGAIN; WITH LATER_REQUIRE_CONTAINERS=1 THEY FAIL INSTEAD.\n\n',
    );
    return undefined;
  }
}
