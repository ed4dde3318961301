/** One item of an uploaded file: a row of a CSV file, or an element of a JSON list. */
export interface UploadedItem {
  /** Byte of the file at which the next item begins. */
  readonly end: number;
  /** Of a row that can be read. */
  readonly fields?: readonly string[];
  /** The JSON text of an element. */
  readonly text?: Uint8Array;
  /** Why it cannot be read; without any of its content. */
  readonly fault?: string;
}

/**
 * Splits a file into items while its bytes come, in bounded memory. How the bytes are cut into chunks makes no difference,
 * and reading again from the `end` of an item gives the same further items.
 */
export interface ItemReader {
  /**
   * @param chunk - the next bytes
   * @returns the items that end in it
   * @throws DciError `err.request.bad` for a file that cannot be split into items at all
   */
  push(chunk: Uint8Array): readonly UploadedItem[];
  /**
   * @returns the item that the end of the file ends
   * @throws DciError `err.request.bad` for a file that breaks off
   */
  end(): readonly UploadedItem[];
}

/** How the items of a file are found; kept with the file, so that reading can begin anywhere in it. */
export type UploadLayout =
  | {
      readonly format: 'csv';
      /** Byte at which the first row begins. */
      readonly start: number;
      readonly delimiter: string;
      /** Fields of a row. */
      readonly width: number;
      /** Indexes of the fields that mean something. */
      readonly type: number;
      readonly value: number;
      readonly reference?: number;
    }
  | { readonly format: 'json'; readonly start: number; readonly shape: 'list' | 'lines' };
