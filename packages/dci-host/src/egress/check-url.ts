import type { AddressJudge } from './address-rules.ts';
import { readAddress } from './classify-address.ts';
import { egressError } from './egress-failure.ts';

/** How a URL is judged. */
export interface UrlRules {
  /** Development: `http:` as well. */
  readonly allowHttp: boolean;
  /** Development: `localhost` and names below it. */
  readonly allowLocalhost: boolean;
  readonly permits: AddressJudge;
}

/** Where a request goes. */
export interface Target {
  readonly secure: boolean;
  /** A name in lower case without a trailing dot, or an address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Path and query as they are sent. */
  readonly path: string;
}

const longestUrl = 2048;

/**
 * Ports above 1023 that speak something else than HTTP: the Fetch standard's bad ports (section 2.9), and databases,
 * caches, container and cluster managers that must not get a request from inside of the network. Below 1024 only 80 and
 * 443 are reached.
 */
const blockedPorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
  1433, 1521, 2181, 2375, 2376, 2377, 2379, 2380, 3306, 3389, 4369, 5432, 5672, 5900, 5984, 6379, 6443, 9042, 9092,
  9200, 9300, 10250, 10255, 11211, 27017, 27018,
]);

/** Letters of host names as they are used, underscore included; what WHATWG lets through beyond is refused. */
const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const namePattern = new RegExp(`^${label}(?:\\.${label})*$`);

/**
 * Judges a URL by its text, then by what the WHATWG URL parser makes of it: it turns every spelling of an IPv4 address
 * (decimal, octal, hex, short, full-width digits) into the plain one (reliability.md SR1, SR4).
 *
 * @param text - the URL
 * @param rules - what is permitted
 * @returns where a request to it goes
 * @throws DciError err.sender_uri.invalid, saying what is wrong
 */
export function checkUrl(text: string, rules: UrlRules): Target {
  const refuse = (reason: string): Error => egressError('url_forbidden', { text: `the URL ${reason}` });
  if (text.length > longestUrl) throw refuse(`is longer than ${longestUrl} characters`);
  // The parser would drop line breaks and surrounding space, and read a backslash as a slash.
  if (/[\s\\\p{Cc}]/u.test(text)) throw refuse('holds white space, a control character or a backslash');
  const [, scheme = '', authority] = /^([a-z]+):\/\/([^/?#]+)/i.exec(text) ?? [];
  if (authority === undefined) throw refuse('must begin with https:// and a host');
  const secure = scheme.toLowerCase() === 'https';
  if (!secure && !(rules.allowHttp && scheme.toLowerCase() === 'http')) throw refuse('must begin with https://');
  if (authority.includes('@')) throw refuse('must not hold user information');
  const url = URL.parse(text);
  if (url === null) throw refuse('cannot be read');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  if ((port < 1024 && port !== 80 && port !== 443) || blockedPorts.has(port))
    throw refuse('names a port of no web server');
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const address = readAddress(hostname);
  if (address !== undefined) {
    if (!rules.permits(address)) throw egressError('address_forbidden');
  } else {
    if (hostname.length > 253 || !namePattern.test(hostname)) throw refuse('names a host that cannot be');
    if (!rules.allowLocalhost && /(?:^|\.)localhost$/.test(hostname)) throw egressError('address_forbidden');
  }
  return { secure, hostname, port, path: `${url.pathname}${url.search}` };
}
