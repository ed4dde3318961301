/**
 * @param address - an absolute URL
 * @returns whether its host is this machine: `localhost`, `127.0.0.0/8` or `::1`
 */
export function isLoopback(address: string): boolean {
  const hostname = URL.parse(address)?.hostname ?? '';
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
