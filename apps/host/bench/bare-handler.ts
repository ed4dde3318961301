// The yardstick: the least that any server must do for a signed search, in plain node:http, no framework.
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

interface Fixture {
  readonly databaseFile: string;
  readonly senderPublicKeyPem: string;
  readonly serverPrivateKeyPem: string;
  readonly records: readonly { readonly identifier: string; readonly json: string }[];
}

const { default: Database } = await import('better-sqlite3');
const fixture = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Fixture;
const database = new Database(fixture.databaseFile);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = NORMAL');
database.exec(
  'create table claim (sender text, message text, primary key (sender, message)) without rowid;' +
    'create table record (identifier text primary key, json text)',
);
const insertRecord = database.prepare('insert into record values (?, ?)');
database.transaction(() => {
  for (const record of fixture.records) insertRecord.run(record.identifier, record.json);
})();
const claim = database.prepare('insert into claim values (?, ?) on conflict do nothing');
const lookup = database.prepare('select json from record where identifier = ?').pluck();
const publicKey = createPublicKey(fixture.senderPublicKeyPem);
const privateKey = createPrivateKey(fixture.serverPrivateKeyPem);
const algorithm = publicKey.asymmetricKeyType === 'rsa' ? 'sha256' : null;

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = value as Record<string, unknown>;
    return `{${Object.keys(members)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(members[key])}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

function answer(body: string): string {
  const envelope = JSON.parse(body);
  const parameters = Object.fromEntries(
    [...String(envelope.signature).matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1], match[2]]),
  );
  const received = canonical({ header: envelope.header, message: envelope.message });
  const signed = `(created): ${parameters.created}\n(expires): ${parameters.expires}\ndigest: ${digest(received)}`;
  if (!verify(algorithm, Buffer.from(signed), publicKey, Buffer.from(String(parameters.signature), 'base64')))
    return '';
  if (claim.run(envelope.header.sender_id, envelope.header.message_id).changes === 0) return '';
  const item = envelope.message.search_request[0];
  const json = lookup.get(String(item.search_criteria.query.value)) as string | undefined;
  const timestamp = new Date().toISOString();
  const content = canonical({
    header: {
      message_id: randomUUID(),
      message_ts: timestamp,
      action: 'on-search',
      status: 'succ',
      total_count: 1,
      sender_id: envelope.header.receiver_id,
      receiver_id: envelope.header.sender_id,
    },
    message: {
      transaction_id: envelope.message.transaction_id,
      correlation_id: randomUUID(),
      search_response: [
        {
          reference_id: item.reference_id,
          timestamp,
          status: 'succ',
          data: { reg_records: json === undefined ? [] : [JSON.parse(json)] },
          pagination: { page_size: 20, page_number: 1, total_count: json === undefined ? 0 : 1 },
        },
      ],
    },
  });
  const created = Math.floor(Date.now() / 1000);
  const toSign = `(created): ${created}\n(expires): ${created + 300}\ndigest: ${digest(content)}`;
  const signature = sign(algorithm, Buffer.from(toSign), privateKey).toString('base64');
  const parameterText = `namespace="dci", kidId="bare|key|alg", created="${created}", expires="${created + 300}", headers="(created) (expires) digest", signature="${signature}"`;
  return `{"signature":${JSON.stringify(parameterText)},${content.slice(1)}`;
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end('hello world');
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = answer(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(body === '' ? 401 : 200, { 'content-type': 'application/json' });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
