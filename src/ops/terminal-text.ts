// Text for a terminal: colours only where they are wanted, columns that line up, and no control character of a
// user's string ever reaches the terminal.

export interface Style {
  readonly colour: boolean;
}

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

const codes: Readonly<Record<Colour, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** The text, which is escaped already, in a colour. */
export function paint(text: string, colour: Colour, style: Style): string {
  return style.colour && text !== '' ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
}

/** Characters as a terminal counts them, for the scripts that host names and paths are written in. */
export const width = (text: string): number => [...text].length;

/** Escaped cells as lines with aligned columns; `colours` tells the colour of a cell, by row and column. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  style: Style,
  colours: (row: number, column: number) => Colour | undefined,
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width(cell));
  }
  return rows.map((row, index) =>
    row
      .map((cell, column) => {
        const colour = colours(index, column);
        const padding = column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - width(cell));
        return (colour === undefined ? cell : paint(cell, colour, style)) + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}
