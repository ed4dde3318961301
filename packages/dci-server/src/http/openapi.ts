import type { RegistryType } from 'dci-core';
import type {
  JsonSchema,
  OpenApiContribution,
  OpenApiOperation,
  OpenApiPathItem,
  OpenApiReference,
  OpenApiRequestBody,
  OpenApiResponse,
} from 'dci-host';
import { describeRecords, nameOf } from '../openapi/record-schemas.ts';
import { replySchemas } from '../openapi/reply-schemas.ts';
import { requestSchemas } from '../openapi/request-schemas.ts';
import { jsonContent, object, referenceTo } from '../openapi/schema-parts.ts';
import { describeTokenRoute, oauthScheme } from '../openapi/token-route.ts';

/** What a server serves. */
export interface RouteDescriptionOptions {
  readonly registryTypes: readonly RegistryType[];
  readonly defaultRegistryType: RegistryType | undefined;
  /**
   * @param registryType - a served registry type
   * @returns the paths under `/registry`, for example `sync/search`, `txn/status`; in any order
   */
  paths(registryType: RegistryType): readonly string[];
  /** Path of the token endpoint, where there is one. */
  readonly tokenPath?: string;
}

interface KnownOperation {
  readonly summary: string;
  readonly description?: string;
  /** Component names; a function: one for each registry type. */
  readonly message: string;
  readonly answer: string | ((registryType: RegistryType) => string);
  /** Last part of the callback's path. */
  readonly callback?: string;
}

const search: KnownOperation = {
  summary: 'Search',
  description: 'Each search of the message is answered by an item of the same `reference_id`.',
  message: 'SearchMessage',
  answer: (registryType) => `${nameOf(registryType)}SearchAnswer`,
  callback: 'on-search',
};
const txnStatus: KnownOperation = {
  summary: 'Ask what has become of a transaction',
  message: 'TxnStatusMessage',
  answer: 'TxnStatusAnswer',
  callback: 'txn/on-status',
};
const receipt: KnownOperation = {
  summary: 'Confirm what arrived',
  message: 'ReceiptMessage',
  answer: 'ReceiptAnswer',
};

const known: Readonly<Record<string, KnownOperation>> = {
  search,
  'txn/status': txnStatus,
  receipt,
  subscribe: {
    summary: 'Subscribe to events',
    description: 'Notifications are sent to the `sender_uri` of the header, as the callback `notify`.',
    message: 'SubscribeMessage',
    answer: 'SubscribeAnswer',
    callback: 'on-subscribe',
  },
  unsubscribe: {
    summary: 'End subscriptions',
    message: 'UnsubscribeMessage',
    answer: 'UnsubscribeAnswer',
    callback: 'on-unsubscribe',
  },
  enrolled: {
    summary: 'Ask whether somebody is enrolled in a programme',
    message: 'EnrolledMessage',
    answer: 'EnrolledAnswer',
  },
  'enrollment/updates': {
    summary: 'Deliver enrolments of a programme',
    message: 'EnrollmentUpdatesMessage',
    answer: 'EnrolledAnswer',
  },
  disabled: {
    summary: 'Ask whether somebody is registered as disabled',
    message: 'DisabledMessage',
    answer: 'DisabledAnswer',
  },
  'get-disability-support': {
    summary: 'Ask for the support that somebody needs',
    message: 'DisabledMessage',
    answer: 'DisabilityAnswer',
  },
  'get-disability-details': {
    summary: "Ask for somebody's impairments",
    message: 'DisabledMessage',
    answer: 'DisabilityAnswer',
  },
};

const bearerScheme = 'bearer';

/**
 * Describes the routes of a server for `/openapi.json` (protocol.md sections 4 to 6): every registry type, path form and
 * operation, with the schemas that messages are read with. A path that it does not know gets an envelope with any
 * message.
 *
 * @param options - what is served
 * @returns the contribution for `PluginInstance.openApi`
 */
export function describeRoutes(options: RouteDescriptionOptions): OpenApiContribution {
  const { registryTypes, tokenPath } = options;
  const records = describeRecords(registryTypes);
  const answers = registryTypes.map((registryType) => `${nameOf(registryType)}SearchAnswer`);
  const token = tokenPath === undefined ? undefined : describeTokenRoute(tokenPath);
  const messages = [
    ...['Search', 'Subscribe', 'Unsubscribe', 'TxnStatus', 'Receipt', 'Any'],
    ...['Enrolled', 'EnrollmentUpdates', 'Disabled'],
  ];
  const replies = [
    ...answers,
    ...['TxnStatus', 'Receipt', 'Any', 'Enrolled', 'Disabled', 'Disability'].map((name) => `${name}Answer`),
  ];
  return {
    tags: [
      ...registryTypes.map((registryType) => ({ name: tagOf(registryType), description: descriptionOf(registryType) })),
      ...(token?.tags ?? []),
    ],
    paths: Object.fromEntries(registryTypes.flatMap((registryType) => describeRegistry(registryType, options))),
    ...(token?.sharedPaths === undefined ? {} : { sharedPaths: token.sharedPaths }),
    components: {
      schemas: {
        ...requestSchemas(),
        ...records.schemas,
        ...replySchemas(registryTypes, records),
        ...token?.components?.schemas,
      },
      requestBodies: Object.fromEntries(
        messages.map((name): [string, OpenApiRequestBody] => [
          `${name}Message`,
          {
            required: true,
            content: {
              ...jsonContent(envelope('RequestHeader', `${name}Message`)),
              'multipart/form-data': { schema: referenceTo('FileInfo') },
            },
          },
        ]),
      ),
      responses: {
        Accepted: {
          description: 'The message is accepted; its answer is sent to the `sender_uri` of its header.',
          content: jsonContent(referenceTo('Ack')),
        },
        ...Object.fromEntries(replies.map((name): [string, OpenApiResponse] => [name, signedReply(name)])),
      },
      securitySchemes: {
        [bearerScheme]: { type: 'http', scheme: 'bearer', description: 'A token that the host gave to the sender.' },
        ...token?.components?.securitySchemes,
      },
    },
  };
}

function describeRegistry(
  registryType: RegistryType,
  { defaultRegistryType, paths, tokenPath }: RouteDescriptionOptions,
): readonly (readonly [path: string, item: OpenApiPathItem])[] {
  const prefixes = registryType.slugs.flatMap((slug) => [`/${slug}/registry`, `/${slug}`]);
  if (registryType === defaultRegistryType) prefixes.push('/registry');
  const [first = ''] = prefixes;
  const security = [{ [bearerScheme]: [] }, ...(tokenPath === undefined ? [] : [{ [oauthScheme]: [] }])];
  return paths(registryType).flatMap((path) =>
    [...new Set(prefixes)].map((prefix): readonly [string, OpenApiPathItem] => {
      const full = `${prefix}/${path}`;
      const isAlias = prefix !== first;
      const { callbacks, ...operation } = describeOperation(registryType, path, security);
      const own = { ...operation, operationId: idOf(full) };
      if (isAlias) return [full, { post: { ...own, 'x-alias-of': idOf(`${first}/${path}`) } }];
      return [full, { post: { ...own, ...(callbacks === undefined ? {} : { callbacks }) } }];
    }),
  );
}

function describeOperation(
  registryType: RegistryType,
  path: string,
  security: OpenApiOperation['security'] & {},
): Omit<OpenApiOperation, 'operationId'> {
  const isSync = path.startsWith('sync/');
  const operation = known[isSync ? path.slice('sync/'.length) : path];
  const special = registryType.operations.find((candidate) => candidate.path === path);
  const answer =
    operation === undefined
      ? 'AnyAnswer'
      : typeof operation.answer === 'string'
        ? operation.answer
        : operation.answer(registryType);
  const summary = operation?.summary ?? special?.name ?? path;
  return {
    summary: `${summary}${isSync ? '' : ', asynchronously'}`,
    ...(operation?.description === undefined ? {} : { description: operation.description }),
    tags: [tagOf(registryType)],
    security,
    requestBody: component('requestBodies', operation?.message ?? 'AnyMessage'),
    responses: {
      ...(isSync ? { 200: component('responses', answer) } : { 202: component('responses', 'Accepted') }),
      ...refusals,
    },
    ...(isSync ? {} : { callbacks: callbacksOf(registryType, path, operation, answer) }),
  };
}

function callbacksOf(
  registryType: RegistryType,
  path: string,
  operation: KnownOperation | undefined,
  answer: string,
): OpenApiOperation['callbacks'] & {} {
  const callback = (name: string, message: string, summary: string) => ({
    [name]: {
      [`{$request.body#/header/sender_uri}/${name}`]: {
        post: {
          operationId: idOf(`/${registryType.name}/${path}/callback/${name}`),
          summary,
          tags: [tagOf(registryType)],
          requestBody: { required: true, content: jsonContent(envelope('ReplyHeader', message)) },
          responses: { '2XX': { description: 'It arrived. Any other status makes the host try again.' } },
        },
      },
    },
  });
  if (operation?.callback === undefined) return {};
  return {
    ...callback(operation.callback, answer, `Callback ${operation.callback}`),
    ...(path === 'subscribe'
      ? callback('notify', `${nameOf(registryType)}Notification`, 'Notification of events')
      : {}),
  };
}

const refusals: OpenApiOperation['responses'] = {
  400: component('responses', 'BadRequest'),
  401: component('responses', 'Unauthorized'),
  403: component('responses', 'Forbidden'),
  409: component('responses', 'Conflict'),
  413: component('responses', 'TooLarge'),
  415: component('responses', 'UnsupportedMediaType'),
  429: component('responses', 'TooManyRequests'),
  500: component('responses', 'InternalError'),
  503: component('responses', 'Unavailable'),
};

function component(kind: 'responses' | 'requestBodies', name: string): OpenApiReference {
  return { $ref: `#/components/${kind}/${name}` };
}

/** The message may be encrypted on the way in and out (protocol.md section 11). */
function envelope(header: string, message: string): JsonSchema {
  return object(
    {
      signature: referenceTo('Signature'),
      header: referenceTo(header),
      message: { anyOf: [referenceTo(message), referenceTo('EncryptedMessage')] },
    },
    ['signature', 'header', 'message'],
  );
}

function signedReply(answer: string): OpenApiResponse {
  return {
    description: 'The signed answer. What could not be done is said in its header and in its items.',
    content: jsonContent(envelope('ReplyHeader', answer)),
  };
}

function tagOf({ name }: RegistryType): string {
  return `Registry ${name}`;
}

function descriptionOf({ code, recordTypes }: RegistryType): string {
  return `\`${code}\`; record types ${recordTypes.map(({ name }) => `\`${name}\``).join(', ')}.`;
}

function idOf(path: string): string {
  return `post${path.replace(/[^A-Za-z0-9]+/g, '_')}`;
}
