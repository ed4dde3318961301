import { type Dialect, dialects as shipped } from 'dci-core';
import { type DataSource, type ResolvedDataSource, resolveDataSource } from '../data-source.ts';
import { withinDeadline } from '../deadline.ts';
import type { ClientPorts } from '../exchange/context.ts';
import { clientFailure } from '../failure.ts';
import type { ConnectionTls } from '../settings/tls.ts';
import { checkCallbacks } from './check-callbacks.ts';
import { checkClock } from './check-clock.ts';
import { checkDialect } from './check-dialect.ts';
import { checkKeys, type KeyFindings } from './check-keys.ts';
import { checkReply, readBody } from './check-reply.ts';
import { isUnauthorized, judgeSearch, type ProbeSearch, type SearchAttempt, trySearch } from './check-search.ts';
import { type ConnectionFacts, connectionTarget, type InspectConnection, judgeConnection } from './connection.ts';
import { explainFailure } from './explain-failure.ts';
import { type RecordedExchange, recordingFetch } from './recording-fetch.ts';
import { type ProbeCheck, type ProbeCheckName, type ProbeReport, probeReport } from './report.ts';

/** What a probe works with. */
export interface ProbePorts extends ClientPorts {
  /** Looks at name, connection and certificate; absent: only whether an answer comes. */
  readonly inspect?: InspectConnection;
  /** Dialects beside those of dci-core. */
  readonly dialects?: readonly Dialect[];
}

/** How a probe is made. */
export interface ProbeOptions {
  readonly signal?: AbortSignal;
  /** TLS options of the data source, for {@link ProbePorts.inspect}. */
  readonly tls?: ConnectionTls | undefined;
  /** What the search for nobody is given; absent: what the registry's family cannot do without. */
  readonly search?: ProbeSearch | undefined;
  /** Whether other dialects are tried when the data source's own is not answered; absent: yes. */
  readonly tryDialects?: boolean;
}

const CONNECTION_SECONDS = 10;
const CREDENTIAL_SECONDS = 15;

/**
 * Finds out whether a registry can be asked as a data source says, and where it deviates from the standard: connection and
 * certificate, credential, keys, a signed search for a made-up identifier with the reply to it, clock, dialect and
 * callbacks. It changes nothing at the registry, and asks for nobody.
 *
 * @param source - the data source; one that was resolved already will do
 * @param ports - what a client needs, and a look at connections
 * @param options - signal, TLS options, type of the identifier
 * @returns the report. Its texts hold no secret, no personal data and nothing that the registry wrote
 * @throws DciError `err.configuration.invalid` when the data source itself cannot be used; the reason of the signal
 */
export async function probeDataSource(
  source: DataSource,
  ports: ProbePorts,
  options: ProbeOptions = {},
): Promise<ProbeReport> {
  const resolved = resolveDataSource(source);
  const { signal = new AbortController().signal } = options;
  signal.throwIfAborted();
  const callbacks = checkCallbacks(resolved);
  const connection = await checkConnection(resolved, ports, options, signal);
  if (connection?.some(({ status }) => status === 'failed')) {
    const rest = skipped(afterConnection, 'Not tried, because the host cannot be reached.');
    return probeReport(resolved.code, [...connection, ...rest, callbacks]);
  }

  const credential = await checkCredential(resolved, signal);
  const recorder = recordingFetch(ports.fetch, ports.clock);
  const keys = await checkKeys(resolved, recorder.fetch, signal);
  const { search: wanted = {}, tryDialects = true } = options;
  const dialects = [...shipped, ...(ports.dialects ?? [])];
  const search = (of: DataSource): Promise<SearchAttempt> => trySearch(of, ports, wanted, dialects, signal);
  const isSearchable = credential.status !== 'failed' && keys.peerId !== undefined;
  const attempt = isSearchable ? await search(source) : undefined;

  const exchanges: readonly RecordedExchange[] = [
    ...recorder.exchanges,
    ...(attempt?.exchange === undefined ? [] : [attempt.exchange]),
  ];
  const body = readBody(attempt?.exchange);
  const before = [
    ...(connection ?? [judgeAnswers(exchanges, keys, attempt)]),
    judgeCredential(credential, attempt),
    ...keys.checks,
  ];
  if (attempt === undefined) {
    const reason = credential.status === 'failed' ? 'there is no credential' : 'it is not known who the registry is';
    const rest = skipped(['search', 'reply'], `Not tried, because ${reason}.`);
    const dialect = skipped(['dialect'], 'Without a search there is nothing to judge by.');
    return probeReport(resolved.code, [...before, ...rest, checkClock(exchanges, body), ...dialect, callbacks]);
  }
  const observed = { attempt, body, peerId: keys.peerId };
  return probeReport(resolved.code, [
    ...before,
    judgeSearch(attempt),
    ...checkReply(observed, resolved),
    checkClock(exchanges, body),
    await checkDialect(observed, resolved, { dialects, tryDialects, search, source }),
    callbacks,
  ]);
}

const afterConnection = ['authorization', 'keys', 'encryption', 'search', 'reply', 'clock', 'dialect'] as const;

function skipped(names: readonly ProbeCheckName[], text: string): readonly ProbeCheck[] {
  return names.map((name) => ({ name, status: 'skipped', text }));
}

async function checkConnection(
  { baseUrl }: ResolvedDataSource,
  { inspect, clock }: ProbePorts,
  { tls }: ProbeOptions,
  signal: AbortSignal,
): Promise<readonly ProbeCheck[] | undefined> {
  if (inspect === undefined) return undefined;
  const target = connectionTarget(baseUrl, tls);
  let facts: ConnectionFacts;
  try {
    facts = await withinDeadline(CONNECTION_SECONDS, signal, (limited) => inspect(target, limited));
  } catch {
    signal.throwIfAborted();
    facts = { failure: { step: 'connection', code: 'ETIMEDOUT' } };
  }
  return judgeConnection(facts, target, clock.now());
}

/** Without a look at the connection itself, an answer of any kind tells that it stands. */
function judgeAnswers(
  exchanges: readonly RecordedExchange[],
  { isUnanswered = false }: KeyFindings,
  attempt: SearchAttempt | undefined,
): ProbeCheck {
  const name = 'reachability';
  if (exchanges.length > 0) return { name, status: 'ok', text: 'The host answers.' };
  const kind = clientFailure(attempt?.error)?.kind;
  if (kind === 'unreachable' || kind === 'timeout')
    return { name, status: 'failed', ...explainFailure(attempt?.error) };
  return isUnanswered
    ? { name, status: 'failed', text: 'The host does not answer.' }
    : { name, status: 'skipped', text: 'The host was not asked.' };
}

async function checkCredential({ authorization }: ResolvedDataSource, signal: AbortSignal): Promise<ProbeCheck> {
  const name = 'authorization';
  const none: ProbeCheck = { name, status: 'skipped', text: 'Calls carry no credential.' };
  if (authorization === undefined) return none;
  try {
    const value = await withinDeadline(CREDENTIAL_SECONDS, signal, (limited) => authorization.header(limited));
    return value === undefined ? none : { name, status: 'ok', text: 'There is a credential.' };
  } catch (error) {
    signal.throwIfAborted();
    return { name, status: 'failed', ...explainFailure(error) };
  }
}

function judgeCredential(credential: ProbeCheck, attempt: SearchAttempt | undefined): ProbeCheck {
  if (attempt === undefined || credential.status === 'failed') return credential;
  if (isUnauthorized(attempt)) {
    const isMissing = credential.status === 'skipped';
    const text = isMissing ? 'The registry asks for a credential.' : 'The registry does not accept the credential.';
    const hint = isMissing ? 'Set authorization.' : 'Check authorization: the registry must know this credential.';
    return { name: 'authorization', status: 'failed', text, hint };
  }
  if (credential.status === 'skipped' || attempt.result === undefined) return credential;
  return { name: 'authorization', status: 'ok', text: 'There is a credential, and the registry accepts it.' };
}
