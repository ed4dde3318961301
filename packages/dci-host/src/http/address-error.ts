import { DciError } from 'dci-core';

/**
 * Says why a server cannot have the address that it should listen on.
 *
 * @param error - what the system said
 * @param host - address as configured
 * @param port - port as configured
 * @returns a DciError err.state.conflict when it is in use or not permitted, err.configuration.invalid when it is none
 * of this machine; any other error as it is
 */
export function addressError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const address = `the address ${host.includes(':') ? `[${host}]` : host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new DciError('err.state.conflict', `${address} is in use by another program`, { cause: error });
    case 'EACCES':
      return new DciError('err.state.conflict', `${address} needs rights that this process lacks`, { cause: error });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new DciError('err.configuration.invalid', `${address} is none of this machine`, { cause: error });
    default:
      return error;
  }
}
