// The commands that a document shows, and what they print there, so that tests can run them.

export interface ShownCommand {
  /** Arguments of `contour`. */
  readonly args: readonly string[];
  readonly output: string;
  /** From an `echo $?` after it; undefined if the document does not show it. */
  readonly code: number | undefined;
}

/** Every `$ contour ...` on one line of a console block that has output or an exit code. Arguments are split at spaces. */
export function shownCommands(markdown: string): readonly ShownCommand[] {
  const blocks = [...markdown.matchAll(/^```console\n(?<text>.*?)^```$/gms)];
  return blocks.flatMap(({ groups }) => commandsIn(groups?.text ?? ''));
}

function commandsIn(block: string): readonly ShownCommand[] {
  const steps = block.split(/^\$ /m).slice(1);
  return steps.flatMap((step, index) => {
    const [line = '', ...rest] = step.split('\n');
    if (!line.startsWith('contour ') || line.includes('|')) return [];
    const [asked, answer] = (steps[index + 1] ?? '').split('\n');
    const code = asked === 'echo $?' ? Number(answer) : undefined;
    const output = rest.join('\n');
    return output === '' && code === undefined ? [] : [{ args: line.split(' ').slice(1), output, code }];
  });
}
