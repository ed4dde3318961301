import type { Logger } from 'dci-core';
import { errorFields } from '../observe/error-fields.ts';
import type { HealthCheck } from '../plugin.ts';
import { jsonReply } from './reply.ts';
import type { HttpRouter } from './router.ts';

/** What {@link healthRoutes} works with. */
export interface HealthOptions {
  readonly checks: readonly HealthCheck[];
  readonly logger: Logger;
  /** True from the moment in which the host begins to stop. */
  isStopping(): boolean;
}

interface Readiness {
  readonly ready: boolean;
  readonly body: string;
}

const checkTimeoutMs = 2000;
/** Checks run at most this often, however many ask. */
const keptMs = 1000;

/**
 * Adds `/health/live` (the process answers) and `/health/ready` (it can do its work: 200, else 503). The body names
 * the checks and whether each is well; why one is not goes to the log only.
 *
 * @param router - the router of the host's root
 * @param options - checks, logger
 */
export function healthRoutes(router: HttpRouter, options: HealthOptions): void {
  let kept: { readonly at: number; readonly readiness: Promise<Readiness> } | undefined;
  const readiness = (): Promise<Readiness> => {
    const now = performance.now();
    if (kept === undefined || now - kept.at >= keptMs) kept = { at: now, readiness: checkAll(options) };
    return kept.readiness;
  };
  router.get('/health/live', () => jsonReply('{"status":"live"}'));
  router.get('/health/ready', async () => {
    if (options.isStopping()) return jsonReply('{"status":"stopping"}', 503);
    const { ready, body } = await readiness();
    return jsonReply(body, ready ? 200 : 503);
  });
}

async function checkAll({ checks, logger }: HealthOptions): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async (check) => {
      try {
        await withTimeout(check.check());
        return { name: check.name, status: 'ok' };
      } catch (error) {
        logger.warn({ check: check.name, ...errorFields(error) }, 'a health check fails');
        return { name: check.name, status: 'failing' };
      }
    }),
  );
  const ready = results.every(({ status }) => status === 'ok');
  return { ready, body: JSON.stringify({ status: ready ? 'ready' : 'unready', checks: results }) };
}

async function withTimeout(check: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the check took too long')), checkTimeoutMs);
  });
  try {
    await Promise.race([check, late]);
  } finally {
    clearTimeout(timer);
  }
}
