// The status of an IngressRoute. It is written by us alone, so nothing of it is checked but types.
import { z } from 'zod';

const about = <T extends z.ZodType>(type: T, description: string): T => type.meta({ description });
const text = (description: string) => about(z.string(), description);
const count = (description: string) => z.int().meta({ description, format: 'int32' });
const generation = (description: string) => z.int().meta({ description, format: 'int64' });

const condition = z.object({
  type: about(z.string().max(316), 'What the condition is about.'),
  status: about(z.enum(['True', 'False', 'Unknown']), 'Whether it holds.'),
  observedGeneration: generation('The metadata.generation that it is about.').optional(),
  lastTransitionTime: z
    .string()
    .meta({ format: 'date-time', description: 'Since when the status is what it is.' }),
  reason: about(
    z
      .string()
      .min(1)
      .max(1_024)
      .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/),
    'Why, in one word for programs; the code of the worst problem if there is one.',
  ),
  message: about(z.string().max(32_768), 'Why, in words for people.'),
});

const problem = z.object({
  code: text('One word that stands for the kind of problem.').optional(),
  severity: text('error, if something is not served because of it, or warning.').optional(),
  message: text('What is wrong and how it is put right.').optional(),
  route: text('The match of the route that it concerns; absent if it concerns the whole.').optional(),
});

const reached = z.object({
  fqdn: text('The host name.').optional(),
  prefix: text('The prefix that leads here; empty if a tcpproxy does.').optional(),
  root: text('The root IngressRoute, as namespace/name.').optional(),
  tls: about(z.boolean(), 'Whether the host is served over TLS.').optional(),
});

const atomic = { 'x-kubernetes-list-type': 'atomic' };

export const ingressRouteStatus = z
  .object({
    currentStatus: text(
      'valid; invalid, if something is wrong (what is right is served nevertheless); or orphaned, if no root leads here.',
    ).optional(),
    description: text('The worst problem, or that there is none.').optional(),
    observedGeneration: generation(
      'The metadata.generation that this status is about. While it is smaller than that one, the status is old.',
    ).optional(),
    conditions: z
      .array(condition)
      .meta({
        description: 'The same for tools. The one type is Valid.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      })
      .optional(),
    problems: z
      .array(problem)
      .meta({ description: 'What is wrong, worst first; the first 20.', ...atomic })
      .optional(),
    problemsCount: count('How many problems there are in all.').optional(),
    reachedFrom: z
      .array(reached)
      .meta({
        description:
          'The hosts and prefixes under which this IngressRoute is served; the first 20. Absent of a root.',
        ...atomic,
      })
      .optional(),
    reachedFromCount: count('How many such places there are in all.').optional(),
  })
  .meta({ description: 'What contour makes of this IngressRoute. It is written by contour alone.' });
