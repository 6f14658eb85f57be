// Which Envoy the tests run.

/** The binary named by ENVOY; a test without one fails, it never skips. */
export function envoyPath(): string {
  const path = process.env.ENVOY ?? '';
  if (path === '')
    throw new Error('ENVOY names no binary: run `npm test`, which brings one, or set ENVOY=PATH');
  return path;
}
