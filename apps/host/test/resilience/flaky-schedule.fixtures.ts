/** Delays between the attempts of one message, in milliseconds: each longer than the one before, whatever the jitter. */
export const deliveryDelaysMs: readonly number[] = Array.from({ length: 20 }, (_, index) =>
  Math.round(20 * 1.45 ** index),
);

/** Part of a delay by which it may be shorter: that of production. */
export const jitter = 0.2;

/** Records of one callback. */
export const pageSize = 20;
