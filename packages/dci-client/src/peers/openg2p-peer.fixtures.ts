import { generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto';
import { signDetached, verifiesDetached } from './detached-jws.fixtures.ts';
import { Openg2pRejection, type Openg2pRow, openg2pRows, openg2pTest } from './openg2p-query.fixtures.ts';
import {
  json,
  type Ledger,
  noSuchPath,
  type PeerAnswer,
  type PeerServer,
  sendCallback,
  startPeerServer,
} from './peer-server.fixtures.ts';
import { HeaderError, renderHeader } from './python-header.fixtures.ts';
import {
  canonicalOf,
  dumps,
  int,
  isDict,
  isList,
  loads,
  type PythonDict,
  PythonNumber,
  type PythonValue,
} from './python-json.fixtures.ts';

/** How the peer is set up. */
export interface Openg2pOptions {
  /** The one partner, and its key: Ed25519, P-256 or RSA. */
  readonly caller: { readonly id: string; readonly key: JsonWebKey };
  /** `registry`: `/dci/registry/sync/search`; `later`: `/dci/sync/search` and `/dci/async/search`. Absent: `later`. */
  readonly paths?: 'registry' | 'later';
  /** What a search without hits is: rejected in the header, or an empty list. Absent: `empty`. */
  readonly noHits?: 'rjct' | 'empty';
  /** Top-level members of a record to which the consent of the registrant extends; absent: all. */
  readonly consentedFields?: readonly string[];
}

/** What may be changed while the peer runs. */
export interface Openg2pBehaviour {
  /** Absent: replies are signed as they should be. */
  signatures?: 'wrong' | 'none';
}

/** An OpenG2P registry platform. */
export interface Openg2pPeer extends PeerServer {
  readonly id: string;
  readonly baseUrl: string;
  /** Its public key, which it publishes nowhere. */
  readonly publicKey: JsonWebKey;
  readonly behaviour: Openg2pBehaviour;
}

const PEER_ID = 'openg2p.example.org';
const VALIDATION_CODE = 'REQ-VAL-001';

/** Without a zone. */
const naiveNow = (): string => new Date().toISOString().replace('Z', '000');
const zonedNow = (): string => `${naiveNow()}+00:00`;

/** FastAPI's answer to a body that is not of the schema. */
const schemaError = (...path: readonly string[]): PeerAnswer =>
  json(422, { detail: [{ type: 'missing', loc: ['body', ...path], msg: 'Field required', input: {} }] });

const templates: Readonly<Record<string, { readonly recordType: string; render(row: Openg2pRow): PythonDict }>> = {
  Individual: {
    recordType: 'Person',
    render: ({ person, columns }) => ({
      identifier: [{ identifier_type: 'UIN', identifier_value: person.uin }],
      name: { given_name: person.givenName, surname: person.surname },
      sex: person.sex,
      birth_date: person.birthDate,
      registration_date: columns.registration_date ?? null,
    }),
  },
  Farmer: {
    recordType: 'Farmer',
    render: ({ person, identifiers }) => ({
      farmer_personal_details: {
        member_identifier: [{ identifier_type: 'FID', identifier_value: identifiers.FID ?? '' }],
        demographic_info: {
          identifier: [{ identifier_type: 'UIN', identifier_value: person.uin }],
          name: { given_name: person.givenName, surname: person.surname },
          sex: person.sex,
          birth_date: person.birthDate,
        },
      },
      farm_type: null,
    }),
  },
};

const sizeOf = (value: PythonValue | undefined, absent: number): number =>
  value instanceof PythonNumber ? Number(value.text) : absent;

/** Starts an OpenG2P registry, as dialects.md sections 2 to 4 and records.md section 12 describe it. */
export async function startOpeng2pPeer(options: Openg2pOptions): Promise<Openg2pPeer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const { paths = 'later', noHits = 'empty', consentedFields } = options;
  const behaviour: Openg2pBehaviour = {};

  const clamp = (record: PythonDict): PythonDict =>
    Object.fromEntries(Object.entries(record).filter(([name]) => consentedFields?.includes(name) ?? true));

  const searchItem = (item: PythonDict): PythonDict => {
    const criteria = isDict(item.search_criteria) ? item.search_criteria : {};
    const { reg_type: mnemonic, consent, authorize, pagination } = criteria;
    for (const [name, value] of Object.entries({ consent, authorize })) {
      if (!isDict(value) || Object.keys(value).length === 0) throw new Openg2pRejection(`${name} is required`);
    }
    const template = templates[String(mnemonic)];
    if (template === undefined) throw new Openg2pRejection('Unknown register');
    const page = isDict(pagination) ? pagination : {};
    const [size, number] = [sizeOf(page.page_size, 10), sizeOf(page.page_number, 1)];
    const found = openg2pRows.filter(openg2pTest(criteria));
    return {
      reference_id: item.reference_id ?? null,
      timestamp: zonedNow(),
      status: 'succ',
      status_reason_code: null,
      status_reason_message: null,
      data: {
        version: '1.0.0',
        reg_type: String(mnemonic),
        reg_event_type: null,
        reg_record_type: template.recordType,
        reg_records: found.slice((number - 1) * size, number * size).map((row) => clamp(template.render(row))),
      },
      pagination: { page_size: int(size), page_number: int(number), total_count: int(found.length) },
      locale: 'en',
    };
  };

  const reply = (header: PythonDict, message: PythonDict, correlation: string): string => {
    let status = 'succ';
    let reason: string | null = null;
    let code: string | null = null;
    let items: readonly PythonDict[] = [];
    try {
      const requests = isList(message.search_request) ? message.search_request.filter(isDict) : [];
      const responses = requests.map(searchItem);
      items = responses.filter(({ data }) => isDict(data) && isList(data.reg_records) && data.reg_records.length > 0);
      if (items.length === 0 && noHits === 'rjct') [status, reason] = ['rjct', 'No records found'];
    } catch (error) {
      if (!(error instanceof Openg2pRejection)) throw error;
      [status, code, reason] = ['rjct', VALIDATION_CODE, error.message];
    }
    return seal(header, { status, code, reason }, message, { items, correlation });
  };

  /** Id, sender and receiver are those of the request, and so is the action. */
  const seal = (
    request: PythonDict,
    outcome: { readonly status: string; readonly code: string | null; readonly reason: string | null },
    message: PythonDict,
    { items, correlation }: { readonly items: readonly PythonDict[]; readonly correlation: string },
  ): string => {
    const header: PythonDict = {
      version: '1.0.0',
      message_id: request.message_id ?? null,
      message_ts: zonedNow(),
      action: 'search',
      status: outcome.status,
      status_reason_code: outcome.code,
      status_reason_message: outcome.reason,
      total_count: int(items.length),
      completed_count: int(items.length),
      sender_id: request.sender_id ?? null,
      receiver_id: request.receiver_id ?? null,
      is_msg_encrypted: false,
      meta: null,
    };
    const content: PythonDict = {
      transaction_id: message.transaction_id ?? null,
      correlation_id: correlation,
      search_response: items,
    };
    const { signatures } = behaviour;
    const payload = canonicalOf({ header, message: content });
    const signature = signDetached(payload, signatures === 'wrong' ? otherKey : privateKey);
    return dumps({ signature: signatures === 'none' ? null : signature, header, message: content });
  };

  const answer = (text: string, isSync: boolean, ledger: Ledger): PeerAnswer => {
    const body = read(text);
    if (!isDict(body)) return schemaError();
    const { header, message, signature } = body;
    if (typeof signature !== 'string') return schemaError('signature');
    if (!isDict(header)) return schemaError('header');
    if (!isDict(message)) return schemaError('message');
    if (typeof message.transaction_id !== 'string') return schemaError('message', 'transaction_id');
    if (!isList(message.search_request)) return schemaError('message', 'search_request');
    let rendered: PythonDict;
    try {
      rendered = renderHeader(header);
    } catch (error) {
      if (error instanceof HeaderError) return schemaError(...error.message.split('.'));
      throw error;
    }
    const fault = faultOf(rendered, message, signature);
    const correlation = randomUUID();
    if (isSync) {
      const outcome = { status: 'rjct', code: VALIDATION_CODE, reason: fault ?? null };
      const none = { items: [], correlation };
      return json(
        200,
        fault === undefined ? reply(header, message, correlation) : seal(header, outcome, message, none),
      );
    }
    const senderUri = header.sender_uri;
    const reason = fault ?? (typeof senderUri === 'string' && senderUri !== '' ? undefined : 'sender_uri is required');
    const error = reason === undefined ? null : { code: VALIDATION_CODE, message: reason };
    const ack_status = error === null ? 'ACK' : 'ERR';
    const ack = { message: { ack_status, timestamp: naiveNow(), correlation_id: correlation, error } };
    if (error !== null) return json(200, ack);
    // At most once: nothing is tried again.
    return json(200, ack, async () => {
      await sendCallback(ledger, String(senderUri), reply(header, message, correlation));
    });
  };

  const faultOf = (header: PythonDict, message: PythonDict, signature: string): string | undefined => {
    if (header.sender_id !== options.caller.id) return 'Unknown partner';
    if (header.action !== 'search') return 'Invalid action';
    // What is verified is the dump of the models: every field of the header, with its default.
    const payload = canonicalOf({ header, message });
    return verifiesDetached(signature, payload, options.caller.key) ? undefined : 'Invalid signature';
  };

  const syncPath = paths === 'registry' ? '/dci/registry/sync/search' : '/dci/sync/search';
  const server = await startPeerServer(({ method, path, text, ...rest }, ledger) => {
    const isSync = path === syncPath;
    const isAsync = paths === 'later' && path === '/dci/async/search';
    if (method === 'POST' && (isSync || isAsync)) return answer(text, isSync, ledger);
    return noSuchPath({ method, path, text, ...rest }, ledger);
  });
  return {
    ...server,
    id: PEER_ID,
    baseUrl: server.origin,
    publicKey: publicKey.export({ format: 'jwk' }),
    behaviour,
  };
}

function read(text: string): PythonValue | undefined {
  try {
    return loads(text);
  } catch {
    return undefined;
  }
}
