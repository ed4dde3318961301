import type { JsonObject } from 'dci-core';

/** A JSON Schema (draft 2020-12, which OpenAPI 3.1 uses). */
export type JsonSchema = JsonObject;

/** Something that stands under `components` (OpenAPI 3.1, Reference Object). */
export interface OpenApiReference {
  /** For example `#/components/schemas/Ack`. */
  readonly $ref: string;
}

/** OpenAPI 3.1, Media Type Object by content type. */
export type OpenApiContent = Readonly<Record<string, { readonly schema: JsonSchema; readonly examples?: JsonObject }>>;

/** OpenAPI 3.1, Header Object. */
export interface OpenApiHeader {
  readonly description: string;
  readonly schema: JsonSchema;
}

/** OpenAPI 3.1, Response Object. */
export interface OpenApiResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, OpenApiHeader | OpenApiReference>>;
  readonly content?: OpenApiContent;
}

/** OpenAPI 3.1, Request Body Object. */
export interface OpenApiRequestBody {
  readonly description?: string;
  readonly required?: boolean;
  readonly content: OpenApiContent;
}

/** OpenAPI 3.1, Parameter Object. */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'query' | 'header' | 'path';
  readonly description: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

/** OpenAPI 3.1, Operation Object. */
export interface OpenApiOperation {
  /** Unique in the document. */
  readonly operationId: string;
  readonly summary: string;
  /** Plain sentences; paragraphs are separated by empty lines. */
  readonly description?: string;
  readonly tags: readonly string[];
  /** Each element is one way in; an empty one: without. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly (OpenApiParameter | OpenApiReference)[];
  readonly requestBody?: OpenApiRequestBody | OpenApiReference;
  /** By status or `default`. */
  readonly responses: Readonly<Record<string, OpenApiResponse | OpenApiReference>>;
  /** Name → expression → what is sent there. */
  /** Extension: id of the operation that this one is the same as, at another path; `/docs` shows them as one. */
  readonly 'x-alias-of'?: string;
  readonly callbacks?: Readonly<Record<string, Readonly<Record<string, OpenApiPathItem>>>>;
}

/** OpenAPI 3.1, Path Item Object, with the methods that hosts use. */
export interface OpenApiPathItem {
  readonly get?: OpenApiOperation;
  readonly post?: OpenApiOperation;
  readonly put?: OpenApiOperation;
  readonly patch?: OpenApiOperation;
  readonly delete?: OpenApiOperation;
}

/** OpenAPI 3.1, Security Scheme Object. */
export type OpenApiSecurityScheme = JsonObject & { readonly type: string; readonly description?: string };

/** OpenAPI 3.1, Components Object. */
export interface OpenApiComponents {
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
  readonly responses?: Readonly<Record<string, OpenApiResponse>>;
  readonly requestBodies?: Readonly<Record<string, OpenApiRequestBody>>;
  readonly headers?: Readonly<Record<string, OpenApiHeader>>;
  readonly securitySchemes?: Readonly<Record<string, OpenApiSecurityScheme>>;
}

/** A heading under which operations are listed. */
export interface OpenApiTag {
  readonly name: string;
  readonly description?: string;
}

/** What a plug-in tells about its routes, for `/openapi.json` and `/docs`. */
export interface OpenApiContribution {
  /** Routes below every base path; parameters in braces: `/social/registry/{id}`. */
  readonly paths?: Readonly<Record<string, OpenApiPathItem>>;
  /** Routes at the root of the host. */
  readonly rootPaths?: Readonly<Record<string, OpenApiPathItem>>;
  /** Routes that lie both at the root and below every base path. */
  readonly sharedPaths?: Readonly<Record<string, OpenApiPathItem>>;
  readonly tags?: readonly OpenApiTag[];
  /** Names must not be used for something else by another plug-in. */
  readonly components?: OpenApiComponents;
}

/** OpenAPI 3.1, Server Object. */
export interface OpenApiServer {
  readonly url: string;
  readonly description?: string;
}

/** The document of a host (OpenAPI 3.1.1). */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly OpenApiServer[];
  readonly tags: readonly OpenApiTag[];
  readonly paths: Readonly<Record<string, OpenApiPathItem & { readonly servers?: readonly OpenApiServer[] }>>;
  readonly components: OpenApiComponents;
}
