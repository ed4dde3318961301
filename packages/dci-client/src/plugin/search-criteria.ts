import { DciError, type JsonValue, readJson } from 'dci-core';
import type { CliContext } from 'dci-host';
import type { PageOptions, SearchCriteria, SortOrder } from '../search.ts';
import { badOption, countOption, listOption, textOption } from './option.ts';

/**
 * Reads from the options what is searched for.
 *
 * @param context - the running command
 * @returns the criteria
 * @throws DciError `err.request.bad` for options that contradict each other or cannot be read
 */
export async function readSearchCriteria(context: CliContext): Promise<SearchCriteria> {
  const recordType = textOption(context, 'recordType');
  const sort = listOption(context, 'sort').map(readSort);
  const page = readPage(context);
  return {
    ...(await readQuery(context)),
    ...(recordType !== undefined && { recordType }),
    ...(sort.length > 0 && { sort }),
    ...(page !== undefined && { page }),
  };
}

async function readQuery(context: CliContext): Promise<Pick<SearchCriteria, 'queryType' | 'query'>> {
  const [id, expression, predicate] = ['id', 'expression', 'predicate'].map((name) => textOption(context, name));
  if ([id, expression, predicate].filter((given) => given !== undefined).length !== 1) {
    throw new DciError('err.request.bad', 'give one of --id, --expression and --predicate');
  }
  if (id !== undefined) return { queryType: 'idtype-value', query: readIdentifier(id) };
  if (expression !== undefined) return { queryType: 'expression', query: await readExpression(context, expression) };
  return { queryType: 'predicate', query: predicate ?? '' };
}

/** The type itself can hold colons, as `urn:gov:national-id` does; so the value begins after the last. */
function readIdentifier(text: string): JsonValue {
  const at = text.lastIndexOf(':');
  const [type, value] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || value === '') throw badOption('id', 'must be TYPE:VALUE, for example UIN:1234567897');
  return { type, value };
}

async function readExpression(context: CliContext, text: string): Promise<JsonValue> {
  try {
    return readJson(text.startsWith('@') ? await context.readInput(text.slice(1)) : text).value;
  } catch (error) {
    if (error instanceof DciError && !text.startsWith('@')) throw badOption('expression', 'is not JSON');
    throw error;
  }
}

function readSort(text: string): SortOrder {
  const [, attribute, order] = /^([^:]+?)(?::(asc|desc))?$/.exec(text) ?? [];
  if (attribute === undefined) throw badOption('sort', 'must be ATTRIBUTE, ATTRIBUTE:asc or ATTRIBUTE:desc');
  return { attribute, ...((order === 'asc' || order === 'desc') && { order }) };
}

function readPage(context: CliContext): PageOptions | undefined {
  const [number, size] = [countOption(context, 'page'), countOption(context, 'pageSize')];
  const cursor = textOption(context, 'cursor');
  if (cursor !== undefined && number !== undefined) {
    throw new DciError('err.request.bad', 'give either --page or --cursor');
  }
  if (cursor === undefined && number === undefined && size === undefined) return undefined;
  return {
    ...(size !== undefined && { size }),
    ...(number !== undefined && { number }),
    ...(cursor !== undefined && { cursor }),
  };
}
