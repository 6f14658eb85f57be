// The checks that are no tests. All run with the recent Node, in the checkout.

export const checks = [
  {
    name: 'biome check (lint and format)',
    args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
  },
  { name: 'tsc (types)', args: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  { name: 'size of files', args: ['tools/size.mjs'] },
];
