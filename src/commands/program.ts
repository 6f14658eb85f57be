// The command line: `contour serve | bootstrap | certgen | drain | translate | validate | version`, its help and its
// mistakes.
import { Command, CommanderError } from 'commander';
import { resolveBootstrap } from '../config/bootstrap.ts';
import { resolveCertgen } from '../config/certgen.ts';
import { resolveDrain } from '../config/drain.ts';
import { isInPod, kubeconfigFiles } from '../config/environment.ts';
import type { FlagTable } from '../config/flag.ts';
import {
  bootstrapFlags,
  certgenFlags,
  drainFlags,
  notYetBuilt,
  serveFlags,
  translateFlags,
  validateFlags,
} from '../config/flags.ts';
import type { Given, Resolved } from '../config/resolve.ts';
import { resolveServe, type ServeConfig } from '../config/serve.ts';
import { resolveTranslate } from '../config/translate.ts';
import { closest } from '../runtime/closest.ts';
import { bootstrapCommand } from './bootstrap.ts';
import { drainCommand } from './drain.ts';
import * as examples from './examples.ts';
import { type CommandIo, type ExitCode, exitCodes } from './io.ts';
import { addFlags, addRefused, givenOf } from './options.ts';
import { translateCommand } from './translate.ts';
import { validateCommand, validateConfig } from './validate.ts';
import { versionText } from './version.ts';

/** Runs until the signal aborts; rejects with what stopped it. */
export type Serve = (config: ServeConfig, io: CommandIo) => Promise<void>;

interface Action {
  readonly name: string;
  /** With its arguments, as commander writes them. */
  readonly usage: string;
  readonly summary: string;
  readonly examples: string;
  readonly flags: FlagTable;
  run(args: readonly string[], given: Given): ExitCode | Promise<ExitCode>;
}

/** Runs one command line. Mistakes go to stderr, with code 2; what `serve` rejects with is thrown. */
export async function runCommandLine(
  argv: readonly string[],
  io: CommandIo,
  serve: () => Promise<Serve>,
): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done;
  const program = programOf(io);
  for (const action of actions(io, serve)) {
    const command = program.command(`${action.name} ${action.usage}`.trim()).summary(action.summary);
    command.description(action.summary).addHelpText('after', `\nExamples:\n${action.examples}`);
    command.optionsGroup('Operation:');
    addFlags(command, action.flags);
    command.configureOutput({
      outputError: (text, write) => write(text.replace(/\n?$/, suggestion(text, action.flags))),
    });
    if (action.name === 'serve') addRefused(command, notYetBuilt);
    command.action(async () => {
      code = await action.run(command.processedArgs.flat().map(String), givenOf(command));
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : exitCodes.mistake;
  }
  return code;
}

/** Commander suggests nothing for a flag that comes with its value, as in `--xds-adress=::1`. */
function suggestion(text: string, flags: FlagTable): string {
  const [, name] = /unknown option '--([^'=]+)=/.exec(text) ?? [];
  const near = name === undefined ? undefined : closest(name, Object.keys(flags));
  return near === undefined ? '\n' : `\n(Did you mean --${near}?)\n`;
}

function programOf(io: CommandIo): Command {
  return new Command('contour')
    .description('Kubernetes ingress controller: Ingress and IngressRoute in, a configured Envoy out')
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr, getOutHasColors: () => false })
    .exitOverride()
    .helpCommand(false)
    .showHelpAfterError('(--help after the command lists its flags)')
    .addHelpText('after', `\nExamples:\n${examples.program}`);
}

function actions(io: CommandIo, serve: () => Promise<Serve>): readonly Action[] {
  return [
    {
      name: 'serve',
      usage: '',
      summary: 'serve the objects to Envoys, and follow every change',
      examples: examples.serve,
      flags: serveFlags,
      run: (_, given) =>
        withConfig(resolveServe(given), 'serve', io, async (config) => {
          await (await serve())(config, io);
          return exitCodes.done;
        }),
    },
    {
      name: 'bootstrap',
      usage: '<FILE>',
      summary: "write the configuration that an Envoy is started with; FILE '-' is stdout",
      examples: examples.bootstrap,
      flags: bootstrapFlags,
      run: ([file = '-'], given) =>
        withConfig(resolveBootstrap(given), 'bootstrap', io, (config) => bootstrapCommand(config, file, io)),
    },
    {
      name: 'certgen',
      usage: '',
      summary: 'make certificates for mutual TLS between Contour and Envoy, unless they are there and well',
      examples: examples.certgen,
      flags: certgenFlags,
      run: (_, given) =>
        withConfig(
          resolveCertgen(given, { kubeconfigs: kubeconfigFiles(), inPod: isInPod() }),
          'certgen',
          io,
          async (config) => (await import('./certgen.ts')).certgenCommand(config, io),
        ),
    },
    {
      name: 'drain',
      usage: '',
      summary: 'end the Envoy beside us when its last connection has ended',
      examples: examples.drain,
      flags: drainFlags,
      run: (_, given) => withConfig(resolveDrain(given), 'drain', io, (config) => drainCommand(config, io)),
    },
    {
      name: 'translate',
      usage: '<FILE|DIR...>',
      summary: 'print what serve would make of these manifests: no cluster, no network',
      examples: examples.translate,
      flags: translateFlags,
      run: (paths, given) =>
        withConfig(resolveTranslate(given), 'translate', io, (config) => translateCommand(config, paths, io)),
    },
    {
      name: 'validate',
      usage: '<FILE|DIR...>',
      summary: 'judge these manifests, by themselves or as if applied to a cluster (- is stdin)',
      examples: examples.validate,
      flags: validateFlags,
      run: (paths, given) =>
        withConfig(validateConfig(given), 'validate', io, (config) => validateCommand(config, paths, io)),
    },
    {
      name: 'version',
      usage: '',
      summary: 'print the versions of what is running',
      examples: '  contour version',
      flags: {},
      run() {
        io.stdout(versionText());
        return exitCodes.done;
      },
    },
  ];
}

function withConfig<T>(
  resolved: Resolved<T>,
  command: string,
  io: CommandIo,
  run: (config: T) => ExitCode | Promise<ExitCode>,
): ExitCode | Promise<ExitCode> {
  if (resolved.ok) return run(resolved.value);
  for (const mistake of resolved.mistakes) io.stderr(`contour ${command}: ${mistake}\n`);
  return exitCodes.mistake;
}
