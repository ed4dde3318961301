/** Where a value stands: by depth, the index or name in its container; `undefined` where there is none yet. */
export type JsonPath = readonly (string | number | undefined)[];

/** Names that a path repeats; any other may hold data rather than a name, and is shown as `*`. */
const speakableName = /^[A-Za-z_$@][\w$@:-]{0,63}$/;

/**
 * Formats a place in a JSON document for an error.
 *
 * @param keys - by depth from 1 on; entry 0 is not used
 * @param depth - the last depth that counts
 * @returns for example `message.search_request[0].reference_id`; empty for the document itself
 */
export function formatPath(keys: JsonPath, depth: number): string {
  let path = '';
  for (let level = 1; level <= depth; level++) {
    const key = keys[level];
    if (typeof key === 'number') path += `[${key}]`;
    else if (key !== undefined) path += `${path === '' ? '' : '.'}${speakableName.test(key) ? key : '*'}`;
  }
  return path;
}
