import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wantsColours } from './environment.ts';

test('colours only on a terminal that can show them, and never against NO_COLOR', () => {
  const terminal = { isTTY: true };
  assert.equal(wantsColours(terminal, {}), true);
  assert.equal(wantsColours(terminal, { NO_COLOR: '' }), true);
  assert.equal(wantsColours(terminal, { NO_COLOR: '1' }), false);
  assert.equal(wantsColours(terminal, { TERM: 'dumb' }), false);
  assert.equal(wantsColours({ isTTY: false }, {}), false);
  assert.equal(wantsColours({}, {}), false);
});
