/** The part of a terminal that a progress display writes to. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Shows how far long work has come. */
export interface Progress {
  /** @param done - units done so far */
  update(done: number): void;
  /** Closes the line. */
  finish(): void;
}

const barWidth = 24;

/**
 * Starts a progress display: one line that fills on a terminal, a line for every quarter elsewhere.
 *
 * @param label - what is being done
 * @param total - units in all
 * @param output - where to write
 * @returns the display
 */
export function showProgress(label: string, total: number, output: ProgressOutput): Progress {
  let shownQuarter = -1;
  const line = (done: number): string => {
    const filled = Math.round((Math.min(done, total) / total) * barWidth);
    return `${label} [${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  };
  return {
    update(done) {
      if (output.isTTY === true) {
        output.write(`\r${line(done)}`);
        return;
      }
      const quarter = Math.floor((done / total) * 4);
      if (quarter <= shownQuarter) return;
      shownQuarter = quarter;
      output.write(`${label}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}\n`);
    },
    finish() {
      if (output.isTTY === true) output.write('\n');
    },
  };
}
