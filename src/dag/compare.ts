// The order of text everywhere: by UTF-16 units, the same on every machine and in every locale.

/** For `sort`. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
