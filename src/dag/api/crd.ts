// The CustomResourceDefinitions: what an API server is told of the API.
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../decode/fields.ts';
import { certificateDelegationSpec } from './certificate-delegation.ts';
import { ingressRouteSpec } from './ingressroute.ts';
import { ingressRouteStatus } from './ingressroute-status.ts';

const group = 'contour.heptio.com';
const version = 'v1beta1';

interface Names {
  readonly kind: string;
  readonly plural: string;
  readonly shortName: string;
}

interface Column {
  readonly name: string;
  readonly type: 'string' | 'date' | 'integer';
  readonly description: string;
  readonly jsonPath: string;
  /** 1: only with `-o wide`. */
  readonly priority?: 1;
}

const age: Column = {
  ...{ name: 'Age', type: 'date', description: 'Time since the object was made' },
  jsonPath: '.metadata.creationTimestamp',
};

const columns: readonly Column[] = [
  {
    ...{ name: 'FQDN', type: 'string', description: 'Host name of a root' },
    jsonPath: '.spec.virtualhost.fqdn',
  },
  {
    ...{ name: 'TLS Secret', type: 'string', description: 'Secret with the certificate of the host' },
    jsonPath: '.spec.virtualhost.tls.secretName',
  },
  {
    ...{ name: 'First Route', type: 'string', description: 'Match of the first route', priority: 1 },
    jsonPath: '.spec.routes[0].match',
  },
  {
    ...{ name: 'Status', type: 'string', description: 'valid, invalid or orphaned' },
    jsonPath: '.status.currentStatus',
  },
  {
    ...{
      name: 'Status Description',
      type: 'string',
      description: 'The worst problem, or that there is none',
    },
    jsonPath: '.status.description',
  },
  {
    ...{ name: 'Observed Generation', type: 'integer', description: 'What the status is about', priority: 1 },
    jsonPath: '.status.observedGeneration',
  },
  age,
];

export const ingressRouteCrd = (): JsonObject =>
  crdOf(
    { kind: 'IngressRoute', plural: 'ingressroutes', shortName: 'ir' },
    {
      description:
        'Routes of a host name to Services. A root has a virtualhost and owns its name; it may leave prefixes to IngressRoutes of other teams and namespaces.',
      spec: ingressRouteSpec,
      status: ingressRouteStatus,
      columns,
    },
  );

export const certificateDelegationCrd = (): JsonObject =>
  crdOf(
    { kind: 'TLSCertificateDelegation', plural: 'tlscertificatedelegations', shortName: 'tlscd' },
    {
      description:
        'Lets IngressRoutes of other namespaces use TLS Secrets of this namespace, without being able to read them.',
      spec: certificateDelegationSpec,
      columns: [age],
    },
  );

interface Parts {
  readonly description: string;
  readonly spec: z.ZodType;
  readonly status?: z.ZodType;
  readonly columns: readonly Column[];
}

function crdOf(
  { kind, plural, shortName }: Names,
  { description, spec, status, columns }: Parts,
): JsonObject {
  const schema = {
    type: 'object',
    description,
    properties: {
      apiVersion: { type: 'string', description: `${group}/${version}` },
      kind: { type: 'string', description: kind },
      metadata: { type: 'object' },
      spec: writtenByUsers(openApi(spec)),
      ...(status && { status: writtenByUs(openApi(status)) }),
    },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        ...{ kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
        ...{ shortNames: [shortName], categories: ['contour'] },
      },
      versions: [
        {
          ...{ name: version, served: true, storage: true },
          ...(status && { subresources: { status: {} } }),
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: schema },
        },
      ],
    },
  };
}

/** Without the limits that every integer of JavaScript has. */
const openApi = (type: z.ZodType): JsonObject =>
  z.toJSONSchema(type, {
    target: 'openapi-3.0',
    override({ jsonSchema }) {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });

/**
 * Null is absence and nothing is required, but by rules: manifests of Contour 0.15 are taken. Fields that the API
 * doesn't have are kept, so that the status can tell of them.
 */
const writtenByUsers = (schema: JsonObject): JsonObject =>
  changed(schema, (node) => {
    const { additionalProperties, required, ...rest } = node;
    return node.type === 'object' ? { ...rest, 'x-kubernetes-preserve-unknown-fields': true } : node;
  });

const writtenByUs = (schema: JsonObject): JsonObject => ({
  ...changed(schema, ({ additionalProperties, ...rest }) => rest),
  'x-kubernetes-preserve-unknown-fields': true,
});

/** The schema with every node changed, and fields of objects nullable if users write them. */
function changed(node: JsonObject, change: (node: JsonObject) => JsonObject): JsonObject {
  const { properties, items, ...rest } = change(node);
  const nullable = rest['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...rest,
    ...(isJsonObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => {
          const inner = changed(isJsonObject(field) ? field : {}, change);
          return [name, nullable ? { ...inner, nullable: true } : inner];
        }),
      ),
    }),
    ...(isJsonObject(items) && { items: changed(items, change) }),
  };
}
