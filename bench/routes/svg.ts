// The little of SVG that a plot needs, as text.

type Attributes = Readonly<Record<string, string | number>>;

/** An element; `content` is markup, `attributes` are text. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(String(rounded(value)))}"`,
  );
  return content === '' ? `<${name}${list.join('')}/>` : `<${name}${list.join('')}>${content}</${name}>`;
}

/** Text at a point; the class decides its look. */
export function label(words: string, attributes: Attributes): string {
  return element('text', attributes, escaped(words));
}

const replacements: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function escaped(words: string): string {
  return words.replace(/[&<>"]/g, (character) => replacements.get(character) ?? '');
}

const rounded = (value: string | number) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value);
