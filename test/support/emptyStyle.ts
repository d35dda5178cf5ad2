/** Stands in for style sheets in client tests; a CSS module's class names are undefined there. */
const emptyStyle: Readonly<Record<string, string>> = {};
export { emptyStyle as default };
