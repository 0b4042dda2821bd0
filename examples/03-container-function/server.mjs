// A function in a container is whatever answers HTTP on port 8080. This one tells the SHA-256 of what it is sent.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream';

const server = createServer((request, response) => {
  // A client that goes away in the middle is no failure of ours.
  pipeline(request, createHash('sha256').setEncoding('hex'), response, () => undefined);
});
server.listen(8080);

// Whoever is being answered is answered first.
process.on('SIGTERM', () => server.close());
