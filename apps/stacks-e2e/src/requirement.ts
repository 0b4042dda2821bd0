import { isEngineThere } from '@later/stacks';

/** Why the stacks cannot be proven here; undefined if they can. `.ci/run` sets the variable where an engine answers. */
export const skipReason = process.env['LATER_REQUIRE_CONTAINERS']
  ? undefined
  : 'LATER_REQUIRE_CONTAINERS is not set; set it where a container engine answers';

if (skipReason) console.log(`THE STACKS ARE NOT PROVEN HERE: ${skipReason}`);
else if (!isEngineThere()) throw new Error('LATER_REQUIRE_CONTAINERS is set, and no container engine answers');
