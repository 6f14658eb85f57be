// A program of its own, so that it takes no turns of the measuring process: one server for each address of its
// arguments, which answers with that address. `node backend.ts PORT ADDRESS...`
import { createServer } from 'node:http';

const [port, ...addresses] = process.argv.slice(2);
for (const address of addresses)
  createServer((request, response) => {
    request.resume();
    response.end(address);
  }).listen({ port: Number(port), host: address });
