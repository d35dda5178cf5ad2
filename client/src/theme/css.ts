import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import { cssVariablesResolver, theme } from './theme.ts';

type Variables = Record<string, string>;

const ours = new Set(Object.keys(theme.colors ?? {}));
const foreign = Object.keys(DEFAULT_THEME.colors).filter((name) => !ours.has(name));

/** Mantine's stock colours are omitted: nothing here uses them, and they are most of the bytes. */
function withoutForeign(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name]) => !foreign.some((color) => name.startsWith(`--mantine-color-${color}-`)),
    ),
  );
}

/**
 * All `--mantine-*` and `--wm-*` variables as a style sheet. It is generated at build time and served as a file, so that no style
 * element is ever created in the page and the CSP does not need `'unsafe-inline'` for them.
 */
export function themeCss(): string {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  const stock = defaultCssVariablesResolver(merged);
  const own = cssVariablesResolver(merged);
  return convertCssVariables(
    {
      variables: { ...withoutForeign(stock.variables), ...own.variables },
      light: { ...withoutForeign(stock.light), ...own.light },
      dark: { ...withoutForeign(stock.dark), ...own.dark },
    },
    ':root',
  );
}
