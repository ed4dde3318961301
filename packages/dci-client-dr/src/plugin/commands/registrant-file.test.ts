import { DciError } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { readRegistrantFile } from './registrant-file.ts';

const read = (text: string): readonly string[] =>
  readRegistrantFile(text).map(({ identifiers }) => identifiers.map(({ type, value }) => `${type}=${value}`).join(' '));

describe('a file of registrants', () => {
  it.each<[string, string, readonly string[]]>([
    ['type:value', 'UIN:1\nUIN:2', ['UIN=1', 'UIN=2']],
    ['CSV', 'UIN,1\r\nUIN, 2 \r\n', ['UIN=1', 'UIN=2']],
    ['a heading', '\ufeffidentifier_type,identifier_value\nUIN,1', ['UIN=1']],
    ['colons below a heading', 'type,value\nurn:gov:national-id,AB:12', ['urn:gov:national-id=AB:12']],
    ['URNs', 'urn:gov:national-id:12,UIN:3\nurn:gov:uin,4', ['urn:gov:national-id=12 UIN=3', 'urn:gov:uin=4']],
    ['several of one registrant', 'UIN,1,NationalID,2,,\nUIN:1,BRN:2', ['UIN=1 NationalID=2', 'UIN=1 BRN=2']],
    ['quotes', '"UIN","1 ""a"", b"', ['UIN=1 "a", b']],
    ['comments and empty lines', '# of May\n\n  \nUIN:1\n#', ['UIN=1']],
    ['nothing', '', []],
    ['a heading alone', 'type,value\n', []],
  ])('%s', (_case, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ['a value without type', 'UIN:1\n12345678'],
    ['a type without value', 'UIN:1\nUIN,'],
    ['an empty value', 'UIN:1\nUIN:'],
    ['an empty type', 'UIN:1\n:12345678'],
    ['an odd number of cells', 'UIN,1\nUIN,12345678,BRN'],
    ['a quote that does not end', 'UIN:1\n"UIN,12345678'],
    ['text behind a quote', 'UIN:1\n"UIN"x,12345678'],
    ['blanks in quotes', 'UIN,1\n" ","12345678"'],
  ])('%s is refused with its line and without what stands there', (_case, text) => {
    let error: unknown;
    try {
      readRegistrantFile(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DciError);
    expect(String(error)).toContain('line 2');
    expect(String(error)).not.toContain('12345678');
  });
});
