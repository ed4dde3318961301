/** A JSON text that must be read, and the rule of protocol.md section 2 that it shows. */
export interface AcceptedCase {
  readonly name: string;
  readonly text: string;
}

/** Bytes that must be refused. */
export interface RefusedCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where the fault is; absent for the document itself. */
  readonly path?: string;
  /** Part of the refusal's text. */
  readonly reason: string;
}

const nested = (depth: number, inside = ''): string => `${'['.repeat(depth)}${inside}${']'.repeat(depth)}`;
const nestedObjects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const accepted = (name: string, ...texts: string[]): AcceptedCase[] =>
  texts.map((text, index) => ({ name: texts.length > 1 ? `${name} (${index + 1})` : name, text }));

const refused = (name: string, text: string | readonly number[], reason: string, path?: string): RefusedCase => ({
  name,
  bytes: typeof text === 'string' ? new TextEncoder().encode(text) : Uint8Array.from(text),
  reason,
  ...(path === undefined ? {} : { path }),
});

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

export const acceptedCases: readonly AcceptedCase[] = [
  ...accepted('members sorted by code point', '{"b":1,"a":2}', '{"a":{"z":1,"y":{"d":1,"c":2}},"A":[{"k":1,"j":2}]}'),
  ...accepted('an array keeps its order', '[3,1,2,{"b":1,"a":[2,1]}]'),
  ...accepted(
    'names beyond the BMP come after U+E000 to U+FFFF',
    '{"\u{1f600}":1,"\uffee":2,"\ue000":3,"\ud7ff":4,"z":5}',
  ),
  ...accepted('names beyond the BMP, escaped', '{"\\ud83d\\ude00":1,"\\uffee":2,"\u{10000}":3,"\uffff":4}'),
  ...accepted('a name that is the start of another', '{"ab":1,"a":2,"":3,"abc":4}'),
  ...accepted('integer-like names are sorted as text', '{"10":1,"9":2,"1":3,"-1":4,"01":5,"4294967295":6}'),
  ...accepted('names that objects inherit', '{"toString":1,"constructor":2,"hasOwnProperty":{"valueOf":3}}'),
  ...accepted('white space of all four kinds', ' {\t"a" :\r\n[ 1 , 2 ] } \n'),
  ...accepted('empty containers', '{"a":{},"b":[]}', '[]', '{}', '[ ]', '{ }'),
  ...accepted('words', '[true,false,null]', 'true', 'false', 'null'),
  ...accepted(
    'short escapes',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\\u0008\\u0009\\u000a\\u000c\\u000d\\u0022\\u005c\\u002f"',
  ),
  ...accepted('control characters as \\u', '"\\u0001\\u001f\\u000B"'),
  ...accepted('U+007F is escaped, the solidus is not', '"\u007f/~"'),
  ...accepted('characters of the BMP as \\u', '"\u0080\u00e9\u0e2a\u2028\u2029\ufeff\uffff"'),
  ...accepted('upper-case hexadecimal digits', '"\\u00E9\\uABCD"'),
  ...accepted('characters beyond the BMP as surrogate pairs', '"\u{1f600}\u{10000}\u{10ffff}"', '"\\uD83D\\uDE00"'),
  ...accepted('an escaped pair next to a raw one', '"\\ud83d\\ude00\u{1f600}"'),
  ...accepted('a combining character is not composed', '"e\u0301 \u00e9"'),
  ...accepted('a text of its own', '"plain"', '""'),
  ...accepted('integers', '[0,1,-1,10,2147483648,9007199254740991,-9007199254740991]'),
  ...accepted('integers beyond 2^53', '[9007199254740992,9007199254740993,-9007199254740993,18446744073709551615]'),
  ...accepted('30 digits stay 30 digits', '123456789012345678901234567890', '{"n":-123456789012345678901234567890}'),
  ...accepted('4300 digits', '9'.repeat(4300), `-${'9'.repeat(4300)}`),
  ...accepted('minus zero as an integer is zero', '-0', '[-0,0]', '{"a":-0}'),
  ...accepted('minus zero as a double keeps its sign', '-0.0', '[-0e0,-0.00,-0e-5]', '{"a":-0.0}'),
  ...accepted(
    'a double of integral value keeps its fraction',
    '1.0',
    '[1.0,1.00,10.0e0,1e0,1E2,100e-2]',
    '{"a":1.0,"b":1}',
  ),
  ...accepted('the same number as integer and double', '{"a":[1,1.0,1],"b":{"a":1.0,"b":1,"c":1e0}}'),
  ...accepted('shortest digits', '[0.1,0.10,0.30000000000000004,4.35,1.1e0,2.675,123456789.125]'),
  ...accepted('exponent form below 1e-4', '[0.0001,0.00001,0.00012345,0.000012345,1e-4,1e-5,1e-7,-1e-7]'),
  ...accepted('exponent form from 1e16 on', '[1e15,1e16,1e17,9999999999999998.0,12345678901234567.0,1e21,1e22,-1e16]'),
  ...accepted('exponents of at least two digits', '[1e-5,1e-9,1e-10,1e16,1e99,1e100,1e-100,1.5e-7]'),
  ...accepted('smallest and largest doubles', '[5e-324,4.9e-324,2.2250738585072014e-308,1.7976931348623157e308]'),
  ...accepted('doubles that underflow', '[1e-400,-1e-400,2e-324,0e400,0.0e-999]'),
  ...accepted(
    'doubles between two neighbours',
    '[9007199254740993.0,9007199254740992.5,0.1000000000000000055511151231257827]',
  ),
  ...accepted('32 levels', nested(32), nestedObjects(32), `{"a":${nested(31, '1.0')}}`),
  ...accepted(
    'an envelope',
    '{"signature":"s","header":{"version":"1.0.0","message_id":"1","total_count":1},"message":{"score":45.0,"name":"Amélie"}}',
    '{"message":{"b":[1.0,{"c":1e21}],"a":"\u{1f600}"},"header":{"sender_id":"a","meta":null}}',
  ),
];

export const refusedCases: readonly RefusedCase[] = [
  refused('a name twice', '{"a":1,"a":2}', 'occurs twice', 'a'),
  refused('a name twice, once escaped', '{"a":1,"\\u0061":2}', 'occurs twice', 'a'),
  refused(
    'a name twice, in an array',
    '{"message":{"list":[{},{"k":1,"l":2,"k":1}]}}',
    'occurs twice',
    'message.list[1].k',
  ),
  refused('a name twice, with null', '{"a":null,"a":null}', 'occurs twice', 'a'),
  refused('an inherited name twice', '{"constructor":1,"constructor":2}', 'occurs twice', 'constructor'),
  refused('the empty name twice', '{"":1,"":2}', 'occurs twice', '*'),
  refused('an integer-like name twice', '{"1":1,"1":2}', 'occurs twice', '*'),
  refused(
    'a name twice, at the top after a deep value',
    '{"header":{"a":[[1]]},"header":{}}',
    'occurs twice',
    'header',
  ),
  refused('a lone high surrogate', '{"a":"\\ud800"}', 'lone surrogate', 'a'),
  refused('a lone low surrogate', '["x","\\udc00"]', 'lone surrogate', '[1]'),
  refused('surrogates in the wrong order', '"\\ude00\\ud83d"', 'lone surrogate'),
  refused('a high surrogate before other text', '"\\ud83dx"', 'lone surrogate'),
  refused('a high surrogate before another escape', '"\\ud83d\\n"', 'lone surrogate'),
  refused('a high surrogate before a character of the BMP', '"\\ud83d\\u0041"', 'lone surrogate'),
  refused('two high surrogates', '"\\ud83d\\ud83d\\ude00"', 'lone surrogate'),
  refused('a lone surrogate in a name', '{"\\ud800":1}', 'lone surrogate'),
  refused('a lone surrogate in UTF-8', [...ascii('["'), 0xed, 0xa0, 0x80, ...ascii('"]')], 'invalid UTF-8, at byte 3'),
  refused('a surrogate pair in UTF-8 (CESU-8)', [0x22, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, 0x22], 'invalid UTF-8'),
  refused('NUL, escaped', '{"a":{"b":"x\\u0000y"}}', 'NUL', 'a.b'),
  refused('NUL, escaped in a name', '{"\\u0000":1}', 'NUL'),
  refused('NUL in a string', [...ascii('["a'), 0, ...ascii('"]')], 'NUL', '[0]'),
  refused('NUL between values', [...ascii('[1,'), 0, ...ascii('2]')], 'expected', '[1]'),
  refused('NUL after the end', [...ascii('{}'), 0], 'after the end'),
  refused('a byte order mark', [0xef, 0xbb, 0xbf, ...ascii('{}')], 'byte order mark'),
  refused('UTF-16 with a byte order mark', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], 'invalid UTF-8, at byte 1'),
  refused('UTF-16 without one', [0x7b, 0x00, 0x7d, 0x00], 'expected'),
  refused('a stray continuation byte', [...ascii('{"a":"'), 0x80, ...ascii('"}')], 'invalid UTF-8, at byte 7'),
  refused('Latin-1', [...ascii('"Am'), 0xe9, ...ascii('lie"')], 'invalid UTF-8, at byte 4'),
  refused('an overlong form', [0x22, 0xc0, 0xaf, 0x22], 'invalid UTF-8, at byte 2'),
  refused('beyond U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 'invalid UTF-8'),
  refused('UTF-8 that is cut off', [0x22, 0xf0, 0x9f, 0x98], 'invalid UTF-8'),
  refused('a member named __proto__', '{"a":{"__proto__":{"admin":true}}}', '__proto__', 'a.__proto__'),
  refused('a member named __proto__, escaped', '{"\\u005f\\u005fproto__":1}', '__proto__', '__proto__'),
  refused('33 arrays', nested(33), 'nesting deeper than 32', '[0]'.repeat(32)),
  refused('33 objects', nestedObjects(33), 'nesting deeper than 32', Array(32).fill('a').join('.')),
  refused('5,000 arrays', '['.repeat(5000), 'nesting deeper than 32', '[0]'.repeat(32)),
  refused('a double that overflows', '1e400', 'too large'),
  refused('a double that overflows, negative', '{"a":-1e309}', 'too large', 'a'),
  refused('a double that overflows by rounding', '[1.7976931348623159e308]', 'too large', '[0]'),
  refused('an integer of 4301 digits', '1'.repeat(4301), 'more than 4300 digits'),
  refused('a negative integer of 4301 digits', `{"n":-${'1'.repeat(4301)}}`, 'more than 4300 digits', 'n'),
  refused('text after the end', '{} {}', 'after the end'),
  refused('a second value', '1 2', 'after the end'),
  refused('a comma after the end', '{},', 'after the end'),
  refused('an unknown escape', '"\\x41"', 'escape'),
  refused('an escaped line break', '"\\\n"', 'escape'),
  refused('an upper-case \\U', '"\\U0041"', 'escape'),
  refused('a \\u with three digits', '"\\u004"', 'hexadecimal'),
  refused('a \\u with a sign', '"\\u+041"', 'hexadecimal'),
  refused('a \\u at the end', '"\\u00', 'hexadecimal'),
  refused('a backslash at the end', '"\\', 'escape'),
  refused('a raw line feed in a string', '{"a":"x\ny"}', 'control character', 'a'),
  refused('a raw tab in a string', '"\t"', 'control character'),
  refused('a raw U+001F in a name', '{"\u001f":1}', 'control character'),
  refused('a raw control character after an escape', '"\\n\u0001"', 'control character'),
  refused('a string without an end', '{"a":"x', 'without an end', 'a'),
  refused('a string without an end after an escape', '"\\n', 'without an end'),
  refused('a leading zero', '[01]', 'leading zero', '[0]'),
  refused('a leading zero after a minus', '-01', 'leading zero'),
  refused('a leading zero of a double', '00.5', 'leading zero'),
  refused('a plus', '+1', 'a value is expected'),
  refused('a lone minus', '-', 'a digit is expected'),
  refused('a fraction without digits', '1.', 'a digit is expected'),
  refused('a fraction without an integer', '.5', 'a value is expected'),
  refused('a fraction before the exponent', '1.e5', 'a digit is expected'),
  refused('an exponent without digits', '1e', 'a digit is expected'),
  refused('an exponent with only a sign', '{"a":1e+}', 'a digit is expected', 'a'),
  refused('a hexadecimal number', '0x10', 'after the end'),
  refused('a number with separators', '1_000', 'after the end'),
  refused('NaN', '{"a":NaN}', 'a value is expected', 'a'),
  refused('Infinity', 'Infinity', 'a value is expected'),
  refused('-Infinity', '-Infinity', 'a digit is expected'),
  refused('a word in upper case', 'True', 'a value is expected'),
  refused('half a word', '[tru]', 'a value is expected', '[0]'),
  refused('a longer word', 'nullx', 'after the end'),
  refused('nothing', '', 'the text ends'),
  refused('white space only', ' \n\t', 'the text ends'),
  refused('a comma at the end of an array', '[1,]', 'a value is expected', '[1]'),
  refused('a comma at the end of an object', '{"a":1,}', 'a member name is expected'),
  refused('a comma at the start', '[,1]', 'a value is expected', '[0]'),
  refused('two commas', '[1,,2]', 'a value is expected', '[1]'),
  refused('no comma', '{"a":1 "b":2}', '"," or "}" is expected', 'a'),
  refused('no colon', '{"a" 1}', '":" is expected', 'a'),
  refused('an array closed by a brace', '[1}', '"," or "]" is expected', '[0]'),
  refused('an object closed by a bracket', '{"a":1]', '"," or "}" is expected', 'a'),
  refused('an open array', '[1', 'the text ends', '[0]'),
  refused('an open object', '{"a":1', 'the text ends', 'a'),
  refused('only an opening brace', '{', 'the text ends'),
  refused('a name without quotes', '{a:1}', 'a member name is expected'),
  refused('a name in single quotes', "{'a':1}", 'a member name is expected'),
  refused('a comment', '[1/* */]', '"," or "]" is expected', '[0]'),
  refused('a no-break space between values', '[1,\u00a02]', 'a value is expected', '[1]'),
  refused('a form feed between values', '[1,\f2]', 'a value is expected', '[1]'),
];
