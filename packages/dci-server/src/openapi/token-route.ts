import type { OpenApiContribution, OpenApiOperation, OpenApiResponse } from 'dci-host';
import { jsonContent, list, object, referenceTo, text } from './schema-parts.ts';

/** Name of the security scheme of access tokens. */
export const oauthScheme = 'oauth2';

/** Tag of the token endpoint. */
export const oauthTag = 'OAuth 2';

const refusal = (description: string, headers: OpenApiResponse['headers'] = {}): OpenApiResponse => ({
  description,
  ...(Object.keys(headers).length === 0 ? {} : { headers }),
  content: jsonContent(referenceTo('TokenRefusal')),
});

const request = object(
  { grant_type: { const: 'client_credentials' }, client_id: text, client_secret: text, scope: text },
  ['grant_type'],
);

const getToken: OpenApiOperation = {
  operationId: 'postToken',
  summary: 'Get an access token',
  description:
    'Client credentials of RFC 6749 section 4.4: in the body or in a Basic header, never in the query string.',
  tags: [oauthTag],
  security: [{ basic: [] }, {}],
  requestBody: {
    required: true,
    content: { 'application/x-www-form-urlencoded': { schema: request }, 'application/json': { schema: request } },
  },
  responses: {
    200: { description: 'The token.', content: jsonContent(referenceTo('Token')) },
    400: refusal('The request is not one of RFC 6749, or asks for what is not given.'),
    401: refusal('The client is not known, or its secret is another one.', {
      'WWW-Authenticate': { description: '`Basic`.', schema: text },
    }),
    413: { $ref: '#/components/responses/TooLarge' },
    415: { $ref: '#/components/responses/UnsupportedMediaType' },
    429: refusal('There were too many failures.', {
      'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer' } },
    }),
    503: { $ref: '#/components/responses/Unavailable' },
  },
};

/**
 * Describes the token endpoint (protocol.md section 5; RFC 6749).
 *
 * @param path - where it is
 * @returns path, schemas and the security schemes that it makes usable
 */
export function describeTokenRoute(path: string): OpenApiContribution {
  return {
    tags: [{ name: oauthTag, description: 'Access tokens for senders that are registered as OAuth 2 clients.' }],
    sharedPaths: { [path]: { post: getToken } },
    components: {
      schemas: {
        Token: object(
          { access_token: text, token_type: { const: 'Bearer' }, expires_in: { type: 'integer' }, scope: text },
          ['access_token', 'token_type', 'expires_in'],
        ),
        TokenRefusal: object(
          {
            error: text,
            error_description: text,
            errors: list(object({ code: text, message: text }, ['code', 'message'])),
          },
          ['error', 'errors'],
        ),
      },
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: 'Id and secret of an OAuth 2 client.' },
        [oauthScheme]: {
          type: 'oauth2',
          description: `Access token of \`${path}\`, sent as a bearer token.`,
          flows: { clientCredentials: { tokenUrl: path, scopes: {} } },
        },
      },
    },
  };
}
