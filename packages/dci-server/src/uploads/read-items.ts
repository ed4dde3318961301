import { DciError } from 'dci-core';
import type { Upload, UploadStore } from '../stores/uploads.ts';
import type { UploadedItem } from './item-reader.ts';
import { createItemReader } from './scan-upload.ts';

/**
 * Reads some items of a stored file.
 *
 * @param uploads - the store
 * @param upload - the file
 * @param from - where to begin: byte of the file
 * @param count - how many; fewer come only at the end of the file
 * @returns the items
 * @throws DciError `err.internal` for a file that is not as it was stored
 */
export async function readItems(
  uploads: Pick<UploadStore, 'read'>,
  upload: Upload,
  from: number,
  count: number,
): Promise<readonly UploadedItem[]> {
  const reader = createItemReader(upload.layout, from);
  const items: UploadedItem[] = [];
  try {
    for await (const chunk of uploads.read(upload, from)) {
      items.push(...reader.push(chunk));
      if (items.length >= count) return items.slice(0, count);
    }
    // From the end of the last element of a list nothing follows.
    if (items.length < count && from < upload.bytes) items.push(...reader.end());
  } catch (error) {
    if (error instanceof DciError && error.code !== 'err.request.bad') throw error;
    throw new DciError('err.internal', 'an uploaded file cannot be read', { cause: error });
  }
  return items.slice(0, count);
}
