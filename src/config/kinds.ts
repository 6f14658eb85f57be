// Kinds of values that flags take, and what is said when a value is none.

import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Flag } from './flag.ts';

/** What every declaration of a flag says. */
export interface Declared {
  readonly group: string;
  readonly about: string;
  readonly synonyms?: readonly string[];
}

/** A kind of value: how to check it, and what it is called in help and in mistakes. */
interface Kind<T> {
  readonly placeholder: string;
  readonly schema: z.ZodType<T>;
  readonly expected: string;
}

/** A number, or its digits. */
const digits = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
const whole = (min: number, max: number): z.ZodType<number> => digits.pipe(z.int().min(min).max(max));
const text = (fits: (value: string) => boolean): z.ZodType<string> => z.string().refine(fits);

const dnsName = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/i;
/** With a DNS name as a prefix, if there is one; names and values of labels have at most 63 characters. */
const label = /^(?:([a-z0-9][-.a-z0-9]{0,252})\/)?([a-z0-9](?:[-_.a-z0-9]{0,61}[a-z0-9])?)$/i;
const labelValue = /^(?:[a-z0-9](?:[-_.a-z0-9]{0,61}[a-z0-9])?)?$/i;
const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** `a=1,b=2` or `a==1`, as kubectl takes it with -l. */
const isSelector = (selector: string): boolean =>
  selector.split(',').every((requirement) => {
    const [key = '', ...values] = requirement.split(/==?/);
    return values.length === 1 && label.test(key.trim()) && labelValue.test((values[0] ?? '').trim());
  });

/** What the API server takes in a status: no zone, no IPv4 address in IPv6's clothes. 192.0.2.300 is no name. */
const isStatusAddress = (value: string): boolean =>
  isIP(value) === 0
    ? dnsName.test(value) && value === value.toLowerCase() && !/(^|\.)\d+$/.test(value)
    : !/%|^::ffff:/i.test(value);

const milliseconds = (text: string): number => {
  const units: ReadonlyMap<string, number> = new Map([
    ['m', 60_000],
    ['s', 1_000],
    ['ms', 1],
  ]);
  const parts = [...text.matchAll(/(\d+)(ms|m|s)/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units.get(unit) ?? 0), 0);
};

export const kinds = {
  port: { placeholder: 'PORT', schema: whole(1, 65_535), expected: 'a port from 1 to 65535' },
  address: {
    placeholder: 'ADDRESS',
    schema: text((value) => isIP(value) !== 0 && !value.includes('%')),
    expected: 'an IPv4 or IPv6 address',
  },
  host: {
    placeholder: 'HOST',
    schema: text((value) => isIP(value) !== 0 || dnsName.test(value)),
    expected: 'an IP address or a DNS name',
  },
  statusAddresses: {
    placeholder: 'ADDRESS,...',
    schema: text((list) => list.split(',').every((value) => isStatusAddress(value.trim()))),
    expected: 'IP addresses or DNS names in lower case, separated by commas',
  },
  selector: {
    placeholder: 'SELECTOR',
    schema: text(isSelector),
    expected: 'labels and their values, such as app.kubernetes.io/component=envoy, separated by commas',
  },
  dnsName: {
    placeholder: 'NAME',
    schema: text((value) => dnsName.test(value) && isIP(value) === 0),
    expected: 'a DNS name',
  },
  path: {
    placeholder: 'PATH',
    schema: text((value) => value !== '' && !value.includes('\0')),
    expected: 'a path',
  },
  log: {
    placeholder: 'PATH',
    schema: text((value) => !value.includes('\0')),
    expected: 'a path, or nothing for no log',
  },
  absolutePath: {
    placeholder: 'PATH',
    schema: text((value) => isAbsolute(value) && !value.includes('\0')),
    expected: 'an absolute path',
  },
  count: { placeholder: 'NUMBER', schema: whole(0, 4_294_967_295), expected: 'a whole number, 0 or more' },
  duration: {
    placeholder: 'TIME',
    schema: z
      .string()
      .regex(/^(?=\d)(\d{1,4}m(?!s))?(\d{1,5}s)?(\d{1,6}ms)?$/)
      .transform(milliseconds),
    expected: 'a time such as 5s, 1m30s or 500ms',
  },
  days: { placeholder: 'DAYS', schema: whole(31, 3_650), expected: 'a number of days from 31 to 3650' },
  name: {
    placeholder: 'NAME',
    schema: text((value) => dnsName.test(value)),
    expected: 'a name of letters, digits, dashes and dots',
  },
  namespace: {
    placeholder: 'NAMESPACE',
    schema: text((value) => namespaceName.test(value)),
    expected: 'the name of a namespace',
  },
  codes: {
    placeholder: 'CODE,...',
    schema: text((value) => /\S/.test(value)),
    expected: 'codes of problems separated by commas',
  },
  tlsVersion: {
    placeholder: '1.1|1.2|1.3',
    // In a YAML file it is a number unless it is in quotes.
    schema: z.union([z.string(), z.number().transform(String)]).pipe(z.enum(['1.1', '1.2', '1.3'])),
    expected: '1.1, 1.2 or 1.3',
  },
  namespaces: {
    placeholder: 'NAMESPACES',
    schema: z
      .union([z.array(z.string()), z.string().transform((list) => list.split(','))])
      .transform((names) => names.map((name) => name.trim()).filter((name) => name !== ''))
      .pipe(z.array(z.string().regex(namespaceName))),
    expected: 'namespaces separated by commas',
  },
} as const satisfies Record<string, Kind<unknown>>;

function flag<T>(
  kind: Kind<T>,
  declared: Declared,
  fallback: NoInfer<T>,
  shown: string | undefined,
): Flag<T> {
  return {
    ...kind,
    group: declared.group,
    about: declared.about,
    synonyms: declared.synonyms ?? [],
    fallback,
    shownFallback: shown,
    repeatable: false,
  };
}

/** A flag with a value that stands if it is not given. */
export const valued = <T extends string | number>(kind: Kind<T>, declared: Declared, fallback: T): Flag<T> =>
  flag<T>(kind, declared, fallback, String(fallback));

/** A flag that need not be given. */
export const optional = <T>(kind: Kind<T>, declared: Declared): Flag<T | undefined> =>
  flag<T | undefined>(kind, declared, undefined, undefined);

/** True if given. */
export const toggle = (declared: Declared): Flag<boolean> => ({
  ...flag({ placeholder: '', schema: z.boolean(), expected: 'true or false' }, declared, false, undefined),
  placeholder: undefined,
});

/** One of several words; the first stands if it is not given. */
export function choice<const T extends string>(words: readonly [T, ...T[]], declared: Declared): Flag<T> {
  const kind = { placeholder: words.join('|'), schema: z.enum(words), expected: words.join(' or ') };
  return flag<T>(kind, declared, words[0], words[0]);
}

/** A flag that may be given several times; in the config file a list, or one value. */
export const repeated = <T>(kind: Kind<T>, declared: Declared): Flag<readonly T[]> => ({
  ...flag<readonly T[]>(
    {
      ...kind,
      schema: z.union([z.array(kind.schema), kind.schema.transform((value) => [value])]),
    },
    declared,
    [],
    undefined,
  ),
  repeatable: true,
});

/** A list in one value. */
export const list = <T>(kind: Kind<T[]>, declared: Declared, shown: string): Flag<readonly T[]> =>
  flag<readonly T[]>(kind, declared, [], shown);
