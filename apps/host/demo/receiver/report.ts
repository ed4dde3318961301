import type { JsonObject } from 'dci-core';
import { type CliContext, printable } from 'dci-host';

/** Who did something: we sent it, the host sent it, or it happened in the registry. */
export type Direction = 'sent' | 'received' | 'happened';

/** One thing that happened, for a line of its own. */
export interface Step {
  /** Name for programs, for example `on-subscribe`. */
  readonly step: string;
  readonly direction: Direction;
  /** What it is, in a word or two. */
  readonly label: string;
  readonly text: string;
  /** Further lines below. */
  readonly details?: readonly string[];
  /** What a program gets besides the name of the step. */
  readonly data: JsonObject;
}

/** Tells, step by step, what a receiver does and what comes to it. */
export interface Report {
  /** Begins a part; shown to people only. */
  heading(text: string): void;
  step(step: Step): void;
  /** Says something that is no step, in a paragraph of its own. */
  note(text: string): void;
}

const arrows: Readonly<Record<Direction, string>> = { sent: '→', received: '←', happened: '*' };
const labelWidth = 15;
const indent = ' '.repeat(labelWidth + 5);

/**
 * @param context - the running command
 * @returns what prints one line for each step: for people, or with `--json` one JSON document for each
 */
export function createReport(context: Pick<CliContext, 'json' | 'print'>): Report {
  const { json, print } = context;
  if (json) {
    return {
      heading: () => {},
      step: ({ step, data }) => print(JSON.stringify({ step, ...data })),
      note: () => {},
    };
  }
  return {
    heading: (text) => print(`\n${printable(text)}`),
    step: ({ direction, label, text, details = [] }) => {
      print(printable(`  ${arrows[direction]} ${label.padEnd(labelWidth)} ${text}`).trimEnd());
      for (const line of details) print(printable(`${indent}${line}`));
    },
    note: (text) => print(`\n${printable(text)}`),
  };
}
