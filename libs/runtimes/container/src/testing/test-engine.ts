import { openEngine, reachEngine, reasonOf, type Engine } from '../engine/engine.js';

/** The engine that tests run containers on. */
export interface TestEngine {
  readonly address: string;
  readonly engine: Engine;
}

/**
 * The engine of this machine. Where there is none, the tests that need one are left out, and it is said loudly; with
 * `LATER_REQUIRE_CONTAINERS=1` they fail instead.
 */
export async function findTestEngine(): Promise<TestEngine | undefined> {
  const address = process.env['DOCKER_HOST'] || 'unix:///var/run/docker.sock';
  try {
    const engine = await openEngine(address);
    await reachEngine(engine, address);
    return { address, engine };
  } catch (error) {
    if (process.env['LATER_REQUIRE_CONTAINERS'] === '1') throw error;
    // Written past the reporter, which may keep what a file prints to itself.
    process.stderr.write(
      `\nTHE TESTS OF THE CONTAINER RUNTIME WERE NOT RUN: ${reasonOf(error)}\n` +
        'START AN ENGINE, SET DOCKER_HOST AND RUN THEM AGAIN; WITH LATER_REQUIRE_CONTAINERS=1 THEY FAIL INSTEAD.\n\n',
    );
    return undefined;
  }
}
