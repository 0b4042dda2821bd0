// A function in a container is a server on port 8080. This one answers with the SHA-256 of the request's body.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream';

const server = createServer((request, response) => {
  // A client may close the connection during the answer: that is no error.
  pipeline(request, createHash('sha256').setEncoding('hex'), response, () => undefined);
});
server.listen(8080);

// Stops after the running answers.
process.on('SIGTERM', () => server.close());
