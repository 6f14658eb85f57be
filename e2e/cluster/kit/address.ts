// Where backends listen. The API server refuses loopback addresses in EndpointSlices.
import { networkInterfaces } from 'node:os';

/** The address of the tests' network namespace, CONTOUR_TEST_ADDRESS; without one, this host's own. */
export function testAddress(): string {
  const given = process.env.CONTOUR_TEST_ADDRESS ?? '';
  const own = Object.values(networkInterfaces())
    .flat()
    .find((found) => found?.family === 'IPv4' && !found.internal)?.address;
  const address = given === '' ? own : given;
  if (address === undefined)
    throw new Error(
      'this host has no IPv4 address besides loopback: run `npm test` where `unshare -Urn` works, or set CONTOUR_TEST_ADDRESS',
    );
  return address;
}
