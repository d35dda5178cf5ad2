/** The attribute from which an element's style is read: as text, never applied. */
export const STYLE = 'data-pasted-style';

const TAG = /<([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?/g;
const SHEET = /<style\b[\s\S]*?<\/style\s*>/gi;

/**
 * HTML of the clipboard as inert elements: nothing is loaded, run or styled. Styles are renamed before anything is parsed, since
 * the page's policy refuses, and reports, inline styles even in a separate document; they would read as empty.
 */
export function parseInert(html: string): HTMLElement {
  const unstyled = html.replace(SHEET, '').replace(TAG, (_tag, name: string, attributes: string) => {
    const renamed = attributes.replace(ATTRIBUTE, (whole: string, attribute: string, value = '') =>
      attribute.toLowerCase() === 'style' ? STYLE + String(value) : whole,
    );
    return `<${name}${renamed}>`;
  });
  return new DOMParser().parseFromString(unstyled, 'text/html').body;
}
