// @ts-check
/** A loader hook: style sheets are empty modules, so that the client's list of pages can be read without a browser. */

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!new URL(url).pathname.endsWith('.css')) return nextLoad(url, context);
  return { format: 'module', source: '', shortCircuit: true };
}
