import { DciError, type VerificationFailure } from 'dci-core';
import { type ClientFailure, clientFailure, type ProtocolFault } from '../failure.ts';

/** A failure in words. */
export interface FailureExplanation {
  /** One line that says what happened; nothing of it comes from the registry. */
  readonly text: string;
  /** One line that says what to do. */
  readonly hint?: string;
}

/**
 * Puts into words why a call failed, for people who set a data source up.
 *
 * @param error - what a call of the client threw
 * @returns what happened and what to do
 */
export function explainFailure(error: unknown): FailureExplanation {
  const failure = clientFailure(error);
  if (failure !== undefined) {
    const hint = hintOf(failure, error instanceof DciError && error.path === 'authorization');
    return { text: textOf(error), ...(hint !== undefined && { hint }) };
  }
  if (error instanceof DciError) {
    const isSetting = error.code === 'err.configuration.invalid' && error.path !== undefined;
    const hint = isSetting ? `Check ${error.path} of the settings.` : undefined;
    return { text: error.message, ...(hint !== undefined && { hint }) };
  }
  // The text of any other error can hold whatever was being worked on.
  return { text: 'The check failed because of a fault in the program.' };
}

const textOf = (error: unknown): string => (error instanceof DciError ? error.message : 'The call failed.');

function hintOf(failure: ClientFailure, isTokenEndpoint: boolean): string | undefined {
  switch (failure.kind) {
    case 'unreachable':
      return connectionHint(failure.systemCode);
    case 'timeout':
      return 'Try again later, or raise timeoutSeconds.';
    case 'refused':
      return isTokenEndpoint ? tokenHint(failure.status) : refusalHint(failure.status, failure.peerCode);
    case 'rejected':
      return 'Check that the registry knows this type of identifier, and that its policy permits the search.';
    case 'signature':
      return signatureHints[failure.reason] ?? 'Check receiverId, peerKeys and dialect.';
    case 'protocol':
      return protocolHints[failure.fault];
    case 'unsupported':
      return 'Choose another dialect, or do without this call.';
  }
}

const connectionHints: readonly (readonly [codes: RegExp, hint: string])[] = [
  [/^(?:ENOTFOUND|EAI_AGAIN|NAME_NOT_FOUND)$/, 'The name of the host is not found: check the address, and DNS here.'],
  [/^(?:ECONNREFUSED|CONNECT_FAILED)$/, 'Nobody listens there: check host and port, and that the registry runs.'],
  [
    /^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CONNECT_TIMEOUT)$/,
    'No way leads there: check firewalls on both sides, and VPN.',
  ],
  [
    /^(?:URL_FORBIDDEN|ADDRESS_FORBIDDEN)$/,
    'The host does not send there: see egress.allowedNetworks of its configuration.',
  ],
  [/^CERT_HAS_EXPIRED$/, 'The certificate has expired: the registry must renew it.'],
  [/^CERT_NOT_YET_VALID$/, 'The certificate is not valid yet: check the clock of this machine.'],
  [
    /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    'The certificate bears another name: set tls.serverName where that is right.',
  ],
  [
    /^(?:UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_)/,
    'Nobody who is trusted vouches for the certificate: set tls.ca, or let the registry send its whole chain.',
  ],
  [
    /ALERT.*(?:CERTIFICATE|UNKNOWN_CA)/,
    'The registry asks for a certificate of ours that it trusts: set tls.certificate and tls.key.',
  ],
  [
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)/,
    'The other side does not speak TLS: check https and the port.',
  ],
  [/^(?:TLS_FAILED|ERR_SSL_|EPROTO)/, 'TLS cannot be agreed: check tls.ca, tls.certificate and tls.serverName.'],
  [
    /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|RESET)$/,
    'The other side closed the connection: perhaps it asks for a certificate (tls.certificate).',
  ],
];

/**
 * @param code - of the operating system, the TLS library or the egress of a host
 * @returns what to do
 */
export function connectionHint(code: string | undefined): string {
  const found = connectionHints.find(([codes]) => codes.test(code ?? ''));
  return found?.[1] ?? 'Check the address, and the connection from this machine.';
}

function tokenHint(status: number): string {
  if (status === 404 || status === 405) return 'Check authorization.tokenUrl.';
  if (status === 429) return 'Wait: the endpoint was asked too often.';
  if (status >= 500) return 'The token endpoint has a fault of its own: try again later.';
  return 'Check clientId, clientSecret, scope and credentialsIn of authorization.';
}

function refusalHint(status: number, code = ''): string {
  if (/^err\.signature/.test(code))
    return 'Register our public key with the registry under senderId and keyId; check dialect and clock.';
  if (/^err\.sender/.test(code)) return 'Register senderId with the registry.';
  if (/^err\.receiver/.test(code)) return 'Check receiverId.';
  if (/^err\.encryption/.test(code))
    return 'Check encrypt and encryptionKey, and that our encryption key is registered.';
  if (/^err\.version/.test(code)) return 'The registry speaks another version: choose another dialect.';
  if (status === 401) return 'Check authorization, and that the registry knows senderId and our key.';
  if (status === 403) return 'The registry does not permit this to us: ask its operator.';
  if (status === 404 || status === 405)
    return 'Check baseUrl, registry, dialect and endpoints: there is nothing at this path.';
  if (status === 429) return 'Wait: the registry was asked too often.';
  if (status >= 500) return 'The registry has a fault of its own: ask its operator.';
  return 'The registry does not understand the request: check dialect and registry.';
}

const clocks = 'Check the clocks of both sides.';
const signatureHints: Readonly<Partial<Record<VerificationFailure, string>>> = {
  signature_missing: 'Ask the registry to sign; requireSignedReplies: false is for tests only.',
  signature_malformed: 'Check dialect and scheme: the signature has another form.',
  scheme_not_allowed: 'Check dialect and scheme: the signature is of another scheme.',
  sender_mismatch: 'Check receiverId: the reply is signed in another name.',
  key_unknown: 'The registry signs with a key that is not among its keys: update peerKeys.',
  key_revoked: 'The registry signs with a key that has been withdrawn: update peerKeys.',
  algorithm_mismatch: 'The registered key is of another kind: update peerKeys.',
  not_yet_valid: clocks,
  expired: clocks,
};

const protocolHints: Readonly<Partial<Record<ProtocolFault, string>>> = {
  redirect: 'Set baseUrl to the address that the redirect leads to, if it is right.',
  content_type: 'Something else than a DCI registry answers there: check baseUrl and endpoints.',
  too_large: 'Raise maxReplyBytes if such a reply is right.',
  malformed: 'Something else than a DCI registry answers there: check baseUrl and endpoints.',
  envelope: 'Check baseUrl and dialect.',
  other_sender: 'Check receiverId and dialect.',
  not_addressed_to_us: 'Check senderId and dialect.',
  action: 'Check dialect.',
  encrypted: 'Give decryption keys, or ask the registry not to encrypt.',
  not_decrypted: 'Register our present encryption key with the registry.',
  not_encrypted: 'The registry answers in clear: set encrypt to false if that is agreed.',
  other_message: 'Check dialect.',
  other_transaction: 'Check dialect.',
  other_items: 'Check dialect.',
  record: 'Check registry and dialect: the records have another form.',
  token: 'Check authorization.tokenUrl.',
};
