// composing a host

// commands
export type {
  CliArgument,
  CliCommand,
  CliCommandGroups,
  CliContext,
  CliOption,
  CliOptionValues,
  ExitCode,
} from './cli/command.ts';
export { type RunCliOptions, runCli } from './cli/main.ts';
export { runProcess } from './cli/run-process.ts';
export { formatTable, printable, type TextOutput } from './cli/terminal.ts';
// configuration
export { type DciConfig, defineConfig, type ResolvedConfig } from './config/dci-config.ts';
export type { Environment } from './config/environment.ts';
export type {
  DevelopmentSwitches,
  EgressSettings,
  HostConfig,
  HttpLimits,
  KeySettings,
  LogLevel,
} from './config/host-config.ts';
export { type FindConfigOptions, findConfig, importConfig, type LoadConfigOptions, loadConfig } from './config/load.ts';
export type { LocationSetting } from './config/locations.ts';
export { type ConfigFlags, type ResolveOptions, resolveConfig } from './config/resolve.ts';
export { resolveSecret, Secret, type SecretReader, type SecretReference, type SecretSources } from './config/secret.ts';
export { createHost, type Host, type HostOptions } from './create-host.ts';
// state
export type { Migration, StateDatabase } from './database/state-database.ts';
export { type StorageFault, storageFault } from './database/storage-error.ts';
// egress
export { createEgress, type EgressOptions } from './egress/create-egress.ts';
export type { Egress, EgressFault, EgressReply, EgressRequest, EgressTls } from './egress/egress.ts';
export { egressFaultOf } from './egress/egress-failure.ts';
export { createEgressFetch, type EgressFetchOptions } from './egress/egress-fetch.ts';
export type { Resolver } from './egress/resolve.ts';
export type { HostContext } from './host-context.ts';
export type { HostPorts } from './host-ports.ts';
// HTTP
export type { BodyTime } from './http/body-time.ts';
export { type BodyRules, readBody } from './http/limits.ts';
export { jsonReply, securityHeaders } from './http/reply.ts';
export type { HttpContext, HttpEnvironment, HttpRouter, RequestBindings } from './http/router.ts';
export { isMultipart, type StreamRules, streamBody } from './http/stream-body.ts';
// jobs
export type {
  JobChanges,
  JobDefinition,
  JobOutcome,
  JobPayload,
  JobRequest,
  Jobs,
  JobWriter,
  RunningJob,
} from './jobs/jobs.ts';
// keys and sealing
export type {
  GenerateOptions,
  HostKey,
  HostKeyAlgorithm,
  KeyStore,
  KeyUse,
  RotateOptions,
  Rotation,
} from './keys/key-store.ts';
export { createSealer, type Sealer } from './keys/seal.ts';
// logs
export { errorFields } from './observe/error-fields.ts';
export { createLogger, type LoggerOptions, logFieldNames } from './observe/logger.ts';
// description of routes
export type {
  JsonSchema,
  OpenApiComponents,
  OpenApiContent,
  OpenApiContribution,
  OpenApiDocument,
  OpenApiHeader,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiPathItem,
  OpenApiReference,
  OpenApiRequestBody,
  OpenApiResponse,
  OpenApiSecurityScheme,
  OpenApiServer,
  OpenApiTag,
} from './openapi/openapi.ts';
export { describeSchema, type ToJsonSchemaOptions } from './openapi/to-json-schema.ts';
export { definePlugin, type HealthCheck, type Plugin, type PluginInstance } from './plugin.ts';
