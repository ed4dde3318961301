import type { Logger } from 'dci-core';

/** A logger that says nothing: for programs that give none. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
