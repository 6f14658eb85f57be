// Scale benchmark against a real kube-apiserver and a real Envoy: what one change of a route costs, with few and with
// many routes in the cluster. `npm run bench -- --routes 1000,5000 [--tls] [--ops N] [--peer PATH]`
import { helpText, type Options, parseOptions } from './routes/options.ts';
import { runBenchmark } from './routes/run.ts';
import { enterSandbox, isInSandbox, prepareSandbox } from './routes/sandbox.ts';

/** Signals end the benchmark in order; what it started is stopped by id. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const parsed = parseOptions(process.argv.slice(2), process.env);
if (parsed.kind === 'help') process.stdout.write(helpText);
else if (parsed.kind === 'mistakes') process.exitCode = fail(parsed.mistakes.join('\n'), 2);
else process.exitCode = await main(parsed.options);

async function main(options: Options): Promise<number> {
  try {
    if (!isInSandbox(process.env)) return await enterSandbox(import.meta.filename, process.argv.slice(2));
    prepareSandbox();
  } catch (error) {
    return fail(String(error), 1);
  }
  const interruption = new AbortController();
  let code = 1;
  for (const [name, number] of Object.entries(signals)) {
    process.on(name, () => {
      code = number;
      process.stderr.write(`bench: ${name}, stopping what was started\n`);
      interruption.abort(new Error('interrupted; the runs before are in the results'));
    });
  }
  try {
    process.stdout.write(await runBenchmark(options, interruption.signal));
    return 0;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error), code);
  }
}

function fail(message: string, code: number): number {
  process.stderr.write(`bench: ${message}\n`);
  return code;
}
