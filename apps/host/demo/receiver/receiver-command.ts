import { DciError } from 'dci-core';
import type { CliCommand, CliContext, ExitCode, HostContext } from 'dci-host';
import type { DemoChange } from '../demo-event.ts';
import { demoRegistryTypes } from '../registries.ts';
import { type CallbackServer, startCallbackServer } from './callback-server.ts';
import { createConversation } from './conversation.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { type HeldSubscription, heldSubscriptions } from './leftovers.ts';
import { registriesBeside } from './open-registries.ts';
import { type DemoParty, openDemoParty } from './party.ts';
import { planSubscription, type SubscriptionPlan } from './plan.ts';
import { recordLine } from './record-line.ts';
import { createReport, type Report } from './report.ts';
import { type Subscription, searchAsynchronously, subscribe, takeNotification, unsubscribe } from './subscriber.ts';

const HOUR_MS = 3_600_000;
const defaultSeconds = 30;

/** `dci demo receiver`: everything asynchronous of the protocol, against the running demo host (protocol.md section 6). */
export const receiverCommand: CliCommand = {
  name: 'demo receiver',
  summary: 'receive callbacks and notifications of the running demo host',
  help: `
Starts a small receiver on the loopback address, searches asynchronously, subscribes, causes an event that the filter
wants and one that it does not, shows the notification, confirms it, and unsubscribes. Exit code 1: something was
refused, did not arrive, or cannot be trusted. --json prints one JSON document for each step.

Examples:
  dci demo receiver
  dci demo receiver --registry crvs --event LiveBirth --filter 'person.sex == "male"'
  dci demo receiver --keep        and in another terminal: dci demo event`,
  options: [
    {
      flags: '--registry <type>',
      description: 'type of the registry',
      choices: demoRegistryTypes.map(({ name }) => name),
      default: 'social',
    },
    {
      flags: '--event <code>',
      description: 'event to subscribe to; default: of social REGISTER, of crvs LiveBirth, …',
    },
    { flags: '--filter <predicate>', description: 'CEL predicate over the records; empty: every record' },
    { flags: '--keep', description: 'go on receiving until Ctrl-C' },
    { flags: '--timeout <seconds>', description: 'how long each answer may take', default: String(defaultSeconds) },
  ],
  async run(context): Promise<ExitCode> {
    const plan = readPlan(context);
    const seconds = readSeconds(context);
    const state = await context.openState();
    const party = await openDemoParty(context, state);
    const report = createReport(context);
    const inbox = createInbox();
    const onRefused = (path: string, { code, message }: DciError): void =>
      context.warn(`refused what came to ${JSON.stringify(path)}: ${message} (${code})`);
    const server = await startCallbackServer({ party, inbox, onRefused });
    try {
      await receive({ context, state, plan, party, report, inbox, server, seconds });
      return 0;
    } catch (error) {
      return failed(context, error);
    } finally {
      await server.close();
    }
  },
};

interface Scene {
  readonly context: CliContext;
  readonly state: HostContext;
  readonly plan: SubscriptionPlan;
  readonly party: DemoParty;
  readonly report: Report;
  readonly inbox: Inbox;
  readonly server: CallbackServer;
  readonly seconds: number;
}

async function receive(scene: Scene): Promise<void> {
  const { context, state, plan, party, report, server } = scene;
  const keeps = context.options.keep === true;
  const began = context.clock.now();
  const subscriber = { ...subscriberOf(scene, context.signal), lifeMs: (keeps ? 24 : 1) * HOUR_MS };
  report.step({
    step: 'receiver',
    direction: 'happened',
    label: 'receiver',
    text: `${server.url} of ${party.senderId}, called by ${party.url}`,
    data: { url: server.url, sender_id: party.senderId, host: party.url },
  });
  const held = heldSubscriptions(state.config.dataDirectory);
  const leftovers = held.leftovers();
  if (leftovers.length > 0) report.heading('What an earlier receiver left behind');
  for (const leftover of leftovers) await endLeftover(subscriber, leftover);
  held.forgetLeftovers();

  report.heading('An asynchronous search, answered by a callback');
  await searchAsynchronously(subscriber);
  report.heading('A subscription');
  const subscription = await subscribe(subscriber);
  held.hold(subscription);
  try {
    report.heading(`Events in the registry: ${plan.told.title}`);
    await notifyOf(scene, subscription);
    if (keeps) await keepReceiving(scene, subscription);
  } catch (error) {
    if (!keeps || !context.signal.aborted) {
      // The reason is told; the host must not go on calling a receiver that is gone.
      if (await endQuietly(scene, subscription)) held.release();
      throw error;
    }
  }
  report.heading('The end of the subscription');
  // Ctrl-C ended the waiting; the subscription is ended properly.
  await unsubscribe(keeps ? subscriberOf(scene, new AbortController().signal) : subscriber, subscription);
  held.release();
  const took = ((context.clock.now() - began) / 1000).toFixed(1);
  report.note(`Every signature was verified. ${took} seconds in all.`);
}

function subscriberOf({ party, plan, report, inbox, server, seconds }: Scene, signal: AbortSignal) {
  const registry = plan.registryType.name;
  const conversation = createConversation({ party, inbox, report, registry, senderUri: server.url, seconds, signal });
  return { conversation, party, plan, lifeMs: HOUR_MS };
}

/** Causes an event that the filter does not want, and one that it wants, and waits for the notification of that one. */
async function notifyOf(scene: Scene, { asked }: Subscription): Promise<void> {
  const { context, plan, state, seconds, report } = scene;
  const { conversation } = subscriberOf(scene, context.signal);
  const registries = registriesBeside(state);
  let wanted: DemoChange;
  let unwanted: DemoChange | undefined;
  try {
    if (plan.filter !== undefined) unwanted = await cause(scene, registries, false);
    const caused = await cause(scene, registries, true);
    if (caused === undefined) {
      throw new DciError(
        'err.request.bad',
        'the demo can cause no event that passes this filter: give another --filter',
      );
    }
    wanted = caused;
  } finally {
    await registries.close();
  }
  for (let isThere = false; !isThere; ) {
    const arrival = await conversation.notification(asked, { seconds, signal: context.signal });
    const events = await takeNotification({ conversation }, arrival);
    const told = JSON.stringify(events.map(({ data }) => data.reg_records));
    isThere = mentions(told, wanted);
    if (unwanted !== undefined && mentions(told, unwanted)) {
      throw new DciError('err.internal', 'the host told of an event that the filter does not want');
    }
  }
  if (unwanted !== undefined) report.note('Of the first event nothing was told: it does not pass the filter.');
}

const mentions = (text: string, { identifier }: DemoChange): boolean => text.includes(JSON.stringify(identifier.value));

/** @returns what was written; `undefined` when chance came up with nothing that passes, or does not pass, the filter */
async function cause(
  { plan, report }: Scene,
  registries: ReturnType<typeof registriesBeside>,
  passes: boolean,
): Promise<DemoChange | undefined> {
  const { told, filter } = plan;
  const find = (changes: readonly DemoChange[]): DemoChange | undefined =>
    changes.find((change) => plan.isOfThisKind(change) && plan.passes(change.record) === passes);
  let change: DemoChange | undefined;
  try {
    const { changes } = await registries.happen(told.kind, { suits: (event) => find(event.changes) !== undefined });
    change = find(changes);
  } catch (error) {
    if (error instanceof DciError && error.code === 'err.state.conflict') return undefined;
    throw error;
  }
  if (change === undefined) return undefined;
  report.step({
    step: 'event',
    direction: 'happened',
    label: told.kind,
    text: recordLine(change.record),
    details:
      filter === undefined ? [] : [passes ? `passes the filter ${filter}` : `does not pass the filter ${filter}`],
    data: {
      kind: told.kind,
      identifier_type: change.identifier.identifierType,
      identifier_value: change.identifier.value,
      events: change.events,
      passes,
      record: change.record,
    },
  });
  return change;
}

async function keepReceiving(scene: Scene, { asked }: Subscription): Promise<void> {
  const { context, plan, report } = scene;
  const { signal } = context;
  const { conversation } = subscriberOf(scene, signal);
  report.heading(
    `Waiting for notifications until Ctrl-C. In another terminal: dci demo event --kind ${plan.told.kind}`,
  );
  for (;;) await takeNotification({ conversation }, await conversation.notification(asked, { signal }));
}

async function endLeftover(subscriber: Parameters<typeof unsubscribe>[0], leftover: HeldSubscription): Promise<void> {
  try {
    await unsubscribe(subscriber, leftover);
  } catch (error) {
    // A rejection says that it has ended before.
    if (!(error instanceof DciError) || error.code !== 'err.request.bad') throw error;
  }
}

/** @returns whether the host has ended it */
async function endQuietly(scene: Scene, subscription: Subscription): Promise<boolean> {
  const silent: Report = { heading: () => {}, step: () => {}, note: () => {} };
  const { signal } = new AbortController();
  try {
    await unsubscribe(subscriberOf({ ...scene, report: silent, seconds: 5 }, signal), subscription);
    return true;
  } catch {
    // The first failure is the one to tell. The next receiver ends the subscription.
    return false;
  }
}

function readPlan({ options, clock }: CliContext): SubscriptionPlan {
  const { registry, event, filter } = options;
  return planSubscription({
    registry: typeof registry === 'string' ? registry : 'social',
    ...(typeof event === 'string' && { event }),
    ...(typeof filter === 'string' && { filter: filter.trim() }),
    now: clock.now(),
  });
}

function readSeconds({ options }: CliContext): number {
  const seconds = Number(options.timeout ?? defaultSeconds);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) return seconds;
  throw new DciError('err.request.bad', '--timeout must be an integer from 1 to 3600');
}

function failed(context: CliContext, error: unknown): ExitCode {
  const isInterrupted = context.signal.aborted;
  if (!isInterrupted && !(error instanceof DciError)) throw error;
  const { code, message } =
    !isInterrupted && error instanceof DciError ? error : { code: 'interrupted', message: 'ended by a signal' };
  if (context.json) context.print(JSON.stringify({ step: 'failed', error: { code, message } }));
  else context.warn(`failed: ${message} (${code})`);
  return 1;
}
