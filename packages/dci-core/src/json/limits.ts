/** Deepest nesting of arrays and objects that is read or written (protocol.md section 2). */
export const maxJsonDepth = 32;

/** Python refuses to read or print longer integers (`sys.int_info.default_max_str_digits`). */
export const maxIntegerDigits = 4300;
