// Text of users inside our own messages: bounded, on one line, and nothing that a terminal or a browser acts on.

/** Longest piece of user text in a message, in UTF-16 units. */
export const longestShown = 120;

/** Control and format characters (line breaks, escapes, bidirectional overrides), separators, lone surrogates. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Cut to `limit` UTF-16 units before escaping, with an ellipsis; unsafe characters as `\u{HEX}`. */
export function shown(text: string, limit = longestShown): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return escapeControl(cut);
}

/**
 * Makes a user's string harmless and one line: control characters, line separators and the marks that reorder or
 * hide text come out as `\u{1b}`.
 */
export const escapeControl = (text: string): string =>
  text.replace(unsafe, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** Words that came from Envoy or a library: bounded, control characters replaced by spaces. */
export function plainWords(text: string, limit: number): string {
  const words = text
    .slice(0, 4 * limit)
    .replace(unsafe, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return words.length > limit ? `${words.slice(0, limit).toWellFormed()}…` : words;
}
