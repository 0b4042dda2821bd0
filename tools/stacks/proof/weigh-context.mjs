import { root } from '../../scripts/workspace.mjs';
import { ask, docker } from '../engine.mjs';
import { ensure } from './checks.mjs';

const mostBytes = 5e6;
const image = 'later/context:proof';

/** What an engine is sent to build an image: with all of a checkout it would be hundreds of megabytes. */
export function weighContext() {
  const { ok, said } = ask('docker', ['build', '--tag', image, '--file', '-', '.'], {
    cwd: root,
    input: 'FROM scratch\nCOPY . /\n',
  });
  ensure(ok, said.split('\n').slice(-3).join('\n'));
  const size = Number(docker('image', 'inspect', '--format', '{{.Size}}', image));
  docker('image', 'rm', image);
  ensure(size > 0 && size <= mostBytes, `${(size / 1e6).toFixed(1)} MB`);
  return `${(size / 1e6).toFixed(1)} MB`;
}
