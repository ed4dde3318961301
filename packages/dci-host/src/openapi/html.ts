/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

/** What a template takes: texts are escaped, lists are joined, `undefined` and `false` are nothing. */
export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Template for HTML that escapes everything which is not HTML by its type.
 *
 * @param parts - the literal parts
 * @param values - what stands between them, in text or in quoted attributes
 * @returns the HTML
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  return { html: parts.map((part, at) => `${part}${at < values.length ? textOf(values[at]) : ''}`).join('') };
}

function textOf(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') {
    return String(part).replace(/[&<>"']/g, (character) => escapes[character] ?? '');
  }
  if (isHtml(part)) return part.html;
  return part.map(textOf).join('');
}

function isHtml(part: Html | readonly HtmlPart[]): part is Html {
  return 'html' in part;
}
