import { DciError, type RequestHeader } from 'dci-core';
import type { Egress } from 'dci-host';
import type { Sender } from '../senders/sender.ts';

/**
 * A callback can go where the message wants it (protocol.md section 6; reliability.md SR1, SR5). The address is judged
 * by its text here and by what its name resolves to when the callback is sent. A registration that fixes the address
 * makes `sender_uri` irrelevant. The standard does not require `sender_uri`: without any address the request is accepted
 * and its result is had by `txn/status`.
 *
 * @param header - the header, verified
 * @param sender - the registered sender
 * @param egress - the way out
 * @throws DciError `err.sender_uri.invalid` when no callback would ever go there
 */
export function checkCallbackAddress(
  header: Pick<RequestHeader, 'sender_uri'>,
  sender: Pick<Sender, 'callbackBase' | 'callbackHosts'>,
  egress: Pick<Egress, 'checkUrl'>,
): void {
  const { sender_uri: address } = header;
  if (sender.callbackBase !== undefined || address === undefined) return;
  egress.checkUrl(address);
  if (sender.callbackHosts !== undefined && !isAllowedHost(address, sender.callbackHosts)) {
    throw new DciError('err.sender_uri.invalid', 'sender_uri names a host that is not registered for this sender', {
      path: 'header.sender_uri',
    });
  }
}

/**
 * @param address - an absolute URL
 * @param hosts - each `name` for the scheme's own port, or `name:port`
 * @returns whether the URL names one of the hosts
 */
export function isAllowedHost(address: string, hosts: readonly string[]): boolean {
  const url = URL.parse(address);
  return url !== null && hosts.some((host) => host.toLowerCase() === url.host);
}
