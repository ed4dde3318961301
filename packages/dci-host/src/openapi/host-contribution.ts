import type { JsonObject } from 'dci-core';
import type {
  OpenApiContribution,
  OpenApiHeader,
  OpenApiOperation,
  OpenApiPathItem,
  OpenApiResponse,
} from './openapi.ts';

/** What of a host decides which of its own routes there are. */
export interface HostRoutes {
  /** There is a tree of locations. */
  readonly hasLocations: boolean;
}

const tag = 'Host';
const textSchema = { type: 'string' } as const;

const errorSchema: JsonObject = {
  type: 'object',
  required: ['code', 'message'],
  properties: { code: textSchema, message: { type: 'string', maxLength: 999 } },
};

const errorReply: JsonObject = {
  type: 'object',
  description: 'A refusal, in both shapes of the standard.',
  required: ['message', 'errors'],
  properties: {
    message: {
      type: 'object',
      required: ['ack_status', 'timestamp', 'correlation_id', 'error'],
      properties: {
        ack_status: { const: 'ERR' },
        timestamp: { type: 'string', format: 'date-time' },
        correlation_id: textSchema,
        error: { ...errorSchema, description: "The nearest code of the standard's list." },
      },
    },
    errors: {
      type: 'array',
      minItems: 1,
      items: { ...errorSchema, description: 'The precise code.' },
    },
  },
};

const retryAfter: OpenApiHeader = {
  description: 'Seconds after which to try again.',
  schema: { type: 'integer', minimum: 1 },
};
const etag: OpenApiHeader = { description: 'Ask again with it in `If-None-Match`.', schema: textSchema };
const cacheControl: OpenApiHeader = { description: 'How long the reply may be kept.', schema: textSchema };

const refusal = (description: string, headers?: Readonly<Record<string, OpenApiHeader>>): OpenApiResponse => ({
  description,
  ...(headers === undefined ? {} : { headers }),
  content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorReply' } } },
});

const json = (schema: JsonObject): OpenApiResponse['content'] => ({ 'application/json': { schema } });

const kept = (
  description: string,
  content: NonNullable<OpenApiResponse['content']>,
): OpenApiOperation['responses'] => ({
  200: { description, headers: { ETag: etag, 'Cache-Control': cacheControl }, content },
  304: { description: 'What the request names in `If-None-Match` is still so.' },
});

const get = (operation: Omit<OpenApiOperation, 'tags' | 'security'>): OpenApiPathItem => ({
  get: { tags: [tag], security: [], ...operation },
});

const healthReply: JsonObject = {
  type: 'object',
  required: ['status'],
  properties: {
    status: { enum: ['ready', 'unready', 'stopping'] },
    checks: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'status'],
        properties: { name: textSchema, status: { enum: ['ok', 'failing'] } },
      },
    },
  },
};

const property: JsonObject = {
  type: 'object',
  required: ['@type', 'name', 'identifier'],
  properties: { '@type': { const: 'PropertyValue' }, name: textSchema, identifier: textSchema },
};

const parent = { type: ['string', 'null'], description: 'Id of the place in which this one lies.' } as const;

const locationHierarchy: JsonObject = {
  type: 'object',
  required: ['@context', '@type', 'locations'],
  properties: {
    '@context': { type: 'object' },
    '@type': { const: 'LocationHierarchy' },
    locations: {
      type: 'array',
      items: {
        type: 'object',
        required: ['@type', 'id', 'identifier', 'name', 'type', 'parent_id', 'contained_in_place', 'containedInPlace'],
        properties: {
          '@type': { const: 'Place' },
          id: textSchema,
          identifier: { type: 'array', items: property },
          name: textSchema,
          type: textSchema,
          additional_type: textSchema,
          parent_id: parent,
          contained_in_place: parent,
          containedInPlace: parent,
        },
      },
    },
  },
};

const key: JsonObject = {
  type: 'object',
  description: 'JSON Web Key (RFC 7517), public.',
  required: ['kty', 'kid', 'use'],
  properties: {
    kty: textSchema,
    kid: { type: 'string', description: '`{sender_id}|{key_id}|{algorithm}`' },
    use: { enum: ['sig', 'enc'] },
    alg: textSchema,
  },
};

/** The routes that lie both at the root and below every base path. */
const documents = ({ hasLocations }: HostRoutes): Readonly<Record<string, OpenApiPathItem>> => ({
  '/.well-known/jwks.json': get({
    operationId: 'getKeys',
    summary: 'Public keys of this host',
    description: 'The keys with which this host signs, and those for which messages to it are encrypted.',
    responses: kept('The key set (RFC 7517).', {
      'application/json': { schema: { $ref: '#/components/schemas/Jwks' } },
    }),
  }),
  ...(hasLocations && {
    '/.well-known/locations.json': get({
      operationId: 'getLocations',
      summary: 'Places of the registry',
      responses: kept('The tree of places.', {
        'application/json': { schema: { $ref: '#/components/schemas/LocationHierarchy' } },
      }),
    }),
  }),
  '/openapi.json': get({
    operationId: 'getOpenApi',
    summary: 'This description',
    responses: kept('An OpenAPI 3.1 document.', { 'application/json': { schema: { type: 'object' } } }),
  }),
  '/docs': get({
    operationId: 'getDocs',
    summary: 'This description, to be read',
    responses: kept('A page that needs no scripts and nothing from elsewhere.', {
      'text/html': { schema: textSchema },
    }),
  }),
});

/**
 * Describes what a host answers without plug-ins. Plug-ins refer to the schema `ErrorReply` and to the responses
 * `BadRequest`, `Unauthorized`, `Forbidden`, `NotFound`, `Conflict`, `TooLarge`, `UnsupportedMediaType`,
 * `TooManyRequests`, `InternalError` and `Unavailable` (protocol.md section 4).
 *
 * @param routes - which of its routes there are
 * @returns its contribution
 */
export function hostContribution(routes: HostRoutes): OpenApiContribution {
  return {
    tags: [{ name: tag, description: 'Keys, health and documentation of the host.' }],
    sharedPaths: documents(routes),
    rootPaths: {
      '/health/live': get({
        operationId: 'getLiveness',
        summary: 'The process answers',
        responses: {
          200: {
            description: 'It does.',
            content: json({ type: 'object', required: ['status'], properties: { status: { const: 'live' } } }) ?? {},
          },
        },
      }),
      '/health/ready': get({
        operationId: 'getReadiness',
        summary: 'The host can do its work',
        responses: {
          200: { description: 'Every check is well.', content: json({ $ref: '#/components/schemas/Readiness' }) ?? {} },
          503: {
            description: 'A check fails, or the host stops.',
            content: json({ $ref: '#/components/schemas/Readiness' }) ?? {},
          },
        },
      }),
    },
    components: {
      schemas: {
        ErrorReply: errorReply,
        Jwks: { type: 'object', required: ['keys'], properties: { keys: { type: 'array', items: key } } },
        ...(routes.hasLocations && { LocationHierarchy: locationHierarchy }),
        Readiness: healthReply,
      },
      responses: {
        BadRequest: refusal('The message cannot be read, or is not acceptable; the code says why.'),
        Unauthorized: refusal('The sender is not known, or token or signature do not prove it.', {
          'WWW-Authenticate': { description: 'There when the token is the reason (RFC 6750).', schema: textSchema },
        }),
        Forbidden: refusal('The message is addressed to someone else, or the token belongs to another sender.'),
        NotFound: refusal('There is nothing at this path.'),
        Conflict: refusal('A message of this id was received before.'),
        TooLarge: refusal('The body is larger than this host reads.'),
        UnsupportedMediaType: refusal('The body is not `application/json`, or it is encoded.'),
        TooManyRequests: refusal('The quota of the sender is used up.', { 'Retry-After': retryAfter }),
        InternalError: refusal('A fault of this host, which its log names under the id in the reply.'),
        Unavailable: refusal('The host cannot answer now.', { 'Retry-After': retryAfter }),
      },
    },
  };
}
