import { DciError } from 'dci-core';
import type { RecordPage, RecordQuery, RegistryAdapter } from '../adapters/adapter.ts';

/**
 * Asks the adapter, for a bounded time (protocol.md section 7, statement timeout).
 *
 * @param adapter - the registry
 * @param query - the bound search
 * @param timeoutMs - after which the search is aborted
 * @returns the page
 * @throws DciError `err.request.timeout` when the adapter takes too long, `err.service.unavailable` when it fails
 */
export async function searchAdapter(
  adapter: RegistryAdapter,
  query: Omit<RecordQuery, 'signal'>,
  timeoutMs: number,
): Promise<RecordPage> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      reject(new DciError('err.request.timeout', 'the search took too long; narrow it'));
    }, timeoutMs);
  });
  try {
    return await Promise.race([adapter.search({ ...query, signal: controller.signal }), timeout]);
  } catch (error) {
    if (error instanceof DciError) throw error;
    throw new DciError('err.service.unavailable', 'the registry cannot be reached now', {
      cause: error,
      retryAfter: 1,
    });
  } finally {
    clearTimeout(timer);
  }
}
