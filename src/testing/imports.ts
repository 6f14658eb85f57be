// What a TypeScript source imports, read from its text.
import { posix } from 'node:path';

/** `path` counts from the checkout, with slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** A path from the checkout for the project's own files, else the specifier as written. */
  readonly target: string;
  readonly own: boolean;
  /** Nothing of it is there at run time. */
  readonly typeOnly: boolean;
}

const lexemes = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const statements =
  /^[ \t]*(?:import|export)\s+(?:(?<clause>[\w*{}\s,$]+?)\s*from\s*)?(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm;
const calls = /\bimport\s*\(\s*(['"`])([^'"`\n]+)\1/g;

/** The text without its comments; strings stay. */
export function codeOf(text: string): string {
  return text.replace(lexemes, (lexeme) => (/^\/[/*]/.test(lexeme) ? '' : lexeme));
}

/** Static, re-exporting and dynamic imports. */
export function importsOf(source: Source): Import[] {
  const code = codeOf(source.text);
  const found = [...code.matchAll(statements)].map(({ groups }) =>
    resolve(source.path, groups?.specifier ?? '', isTypeClause(groups?.clause ?? '')),
  );
  const dynamic = [...code.matchAll(calls)].map((match) => resolve(source.path, match[2] ?? '', false));
  return [...found, ...dynamic];
}

function resolve(from: string, specifier: string, typeOnly: boolean): Import {
  const own = specifier.startsWith('.');
  return { target: own ? posix.join(posix.dirname(from), specifier) : specifier, own, typeOnly };
}

/** `type { A }`, `type * as a` or `{ type A, type B }`. */
function isTypeClause(clause: string): boolean {
  if (/^type\s/.test(clause)) return true;
  const names = /^\{([^}]*)\}$/.exec(clause.trim())?.[1]?.split(',') ?? [''];
  return (
    names.filter((name) => name.trim() !== '').every((name) => /^\s*type\s/.test(name)) && names[0] !== ''
  );
}
