import type { DciClient } from 'dci-client';
import { DciError } from 'dci-core';
import type { HostContext } from 'dci-host';
import { createAnswerCache } from '../cache/answer-cache.ts';
import type { DisabilityCache } from '../cache/disability-cache.ts';
import { createChangeHandler } from '../change-handler.ts';
import { type DrService, drService } from '../dr-service.ts';
import { washingtonGroupThreshold } from '../functional-scores.ts';
import type { DrOptions } from './options.ts';
import { createSqliteDisabilityCache } from './stores/sqlite/disability-cache.ts';

/** The services of a host, and their cache. */
export interface OpenedDr {
  /** Codes of the data sources; the first is the default. */
  readonly sources: readonly string[];
  /** Absent: nothing is kept. */
  readonly cache: DisabilityCache | undefined;
  /**
   * @param source - code of a data source; absent: the first
   * @returns its service
   * @throws DciError `err.configuration.invalid` for another data source, or one that cannot be asked
   */
  service(source?: string): Promise<DrService>;
  /** @returns the handler of the changes of a data source */
  changeHandler(source: string): DrService['changeHandler'];
}

/**
 * Opens the services in the state of a host.
 *
 * @param context - the host, or the state that a command opened
 * @param options - of the plug-in
 * @param clientOf - gives the client of a data source
 * @returns the services
 */
export function openDr(
  context: Pick<HostContext, 'clock' | 'database' | 'sealer' | 'random'>,
  options: DrOptions,
  clientOf: (source: string) => Promise<DciClient>,
): OpenedDr {
  const { clock } = context;
  const { times, maxAge, severityThreshold, confirmNo } = options;
  const sources = sourcesOf(options);
  const cache = options.cache === false ? undefined : createSqliteDisabilityCache(context);
  return {
    sources,
    cache,
    service: async (source = sources[0] ?? '') => {
      if (!sources.includes(source)) {
        throw new DciError('err.configuration.invalid', `the disability registries are ${sources.join(', ')}`, {
          path: 'source',
        });
      }
      return drService({ client: await clientOf(source), clock, cache, maxAge, times, severityThreshold, confirmNo });
    },
    changeHandler: (source) =>
      createChangeHandler({
        ...{ source, clock, threshold: severityThreshold ?? washingtonGroupThreshold },
        answers: createAnswerCache({ cache, source, clock, times }),
      }),
  };
}

/**
 * @param options - of the plug-in
 * @returns the codes of its data sources
 * @throws DciError `err.configuration.invalid` for none, or one twice
 */
export function sourcesOf({ source }: Pick<DrOptions, 'source'>): readonly string[] {
  const sources = typeof source === 'string' ? [source] : source;
  if (sources.length > 0 && new Set(sources).size === sources.length && !sources.includes('')) return sources;
  throw new DciError('err.configuration.invalid', 'dr: source must name one or several data sources, each once', {
    path: 'source',
  });
}
