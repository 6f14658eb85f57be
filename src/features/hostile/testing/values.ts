// Values that nobody meant, for any field. What JSON can hold is made by JSON.parse, as it comes from the wire.

/** Strings, some of which name objects and hosts of the neighbours. */
export const strings: readonly string[] = [
  ...['', ' ', '\t', 'a\u0000b', '\u001b[2J', 'a\r\nSet-Cookie: x', '\u007f', '\u2028', '\ufeff'],
  // Bidirectional overrides, zero width, combining, four bytes, joined emoji, lone surrogates, not a character.
  ...[
    '\u202eabc',
    'a\u200bb',
    'e\u0301',
    '\u{1f600}',
    '\u{1f468}\u200d\u{1f469}',
    '\ud800',
    'a\udc00',
    '\uffff',
  ],
  // Long ones: beside the limits of a DNS label, a DNS name, a text.
  ...['a'.repeat(64), 'a.'.repeat(127), 'a'.repeat(254), 'x'.repeat(2_048), 'x'.repeat(2_049)],
  ...['/'.repeat(2_048), '/a'.repeat(1_024), `/${'a'.repeat(2_047)}`],
  // Paths and hosts.
  ...[
    '/',
    '//',
    '/../',
    '/%2e%2e/',
    '/a?b',
    '/a#b',
    '/a b',
    '/\u{1f600}',
    '\\',
    '/\\1\\2',
    '/%REQ(:path)%',
    '/*',
  ],
  ...[
    '*',
    '*.com',
    '*.shop.com',
    'shop.com',
    'SHOP.com.',
    'shop.com:80',
    '127.0.0.1',
    '[::1]',
    'localhost',
    '.',
    '..',
  ],
  // Names: of parts of an object in JavaScript, of neighbours' objects.
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'],
  ...['shop/cart', 'bank/tls', 'certs/wildcard', '../bank/tls', 'bank/tls/x', '/tls', 'tls/'],
  // Numbers and durations as text, expressions.
  ...['80', '-1', '1e309', 'NaN', '0x50', '9999999999999h', '-5s', '1ns', '5', '1.5.5s', 'infinity'],
  ...['true', 'null', '(a+)+$', '[', '{{.}}', '1.0', 'contour', 'other'],
];

const parsed = (text: string): readonly unknown[] => JSON.parse(text);

/** What isn't text; 1e309 comes out as infinite. */
export const others: readonly unknown[] = [
  ...parsed('[1e309, -1e309, -0, 0, -1, 1, 0.5, 1e-320, 65535, 65536, 2147483647, 2147483648, 4294967296]'),
  ...parsed('[-2147483648, 9007199254740992, 1e21, null, true, false]'),
  ...parsed('[[], {}, [null], [[]], [{}], [""], [0], {"": ""}, {"0": {}}, {"length": 5}]'),
  ...parsed(
    '[{"__proto__": {"port": 80}}, {"constructor": {"prototype": null}}, {"toString": 1, "valueOf": 2}]',
  ),
  ...parsed(`[${'['.repeat(2_000)}${']'.repeat(2_000)}]`),
];

export const values: readonly unknown[] = [...strings, ...others];
