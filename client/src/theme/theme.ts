import { createTheme, defaultVariantColorsResolver } from '@mantine/core';
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';
import { tokens } from './tokens.ts';
import type { Scheme } from './tokens.ts';

function tuple(shades: readonly string[]): MantineColorsTuple {
  const [a, b, c, d, e, f, g, h, i, j, ...more] = shades;
  if (j === undefined || more.length > 0) throw new RangeError('a colour has exactly ten shades');
  return [a, b, c, d, e, f, g, h, i, j] as MantineColorsTuple;
}

const { headingSizes, primaryShade: _shade, ...mantine } = tokens.mantine;
const ramps = Object.fromEntries(Object.entries(tokens.ramps).map(([name, shades]) => [name, tuple(shades)]));
const animated = { transitionProps: { duration: tokens.motion.calm.ms, timingFunction: tokens.motion.ease } };

/**
 * Mantine with the design's tokens. Dialogs do not lock the page's scrolling: that would inject a style element, which the CSP
 * refuses.
 */
export const theme = createTheme({
  ...mantine,
  defaultRadius: 'sm',
  primaryShade: { light: 7, dark: 3 },
  fontFamily: tokens.font.ui,
  fontFamilyMonospace: tokens.font.mono,
  lineHeights: { xs: '1.4', sm: '1.43', md: '1.5', lg: '1.5', xl: '1.4' },
  headings: { fontFamily: tokens.font.ui, sizes: headingSizes },
  colors: { ...ramps, gray: tuple(tokens.ramps.stone), dark: tuple(tokens.darkTuple) },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Mantine chooses the text colour on a filled component once for both schemes; ours is dark on light pine in the dark scheme.
  variantColorResolver: (input) => {
    const stock = defaultVariantColorsResolver(input);
    const isPrimary = input.color === undefined || input.color === mantine.primaryColor;
    return input.variant === 'filled' && isPrimary ? { ...stock, color: 'var(--wm-on-primary)' } : stock;
  },
  components: {
    Modal: { defaultProps: { lockScroll: false, ...animated } },
    Drawer: { defaultProps: { lockScroll: false, ...animated } },
    Menu: { defaultProps: { shadow: 'sm', ...animated } },
    Button: { defaultProps: { size: 'md' } },
  },
});

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function schemeVariables(scheme: Scheme): Record<string, string> {
  const semantic = tokens.semantic[scheme];
  const result: Record<string, string> = {
    '--mantine-color-body': semantic.ground,
    '--mantine-color-text': semantic.text,
    '--mantine-color-dimmed': semantic.text2,
    '--mantine-color-anchor': semantic.link,
    '--mantine-color-default': semantic.raised,
    '--mantine-color-default-hover': semantic.sunken,
    '--mantine-color-default-color': semantic.text,
    // Mantine's own are below 3:1 and 4.5:1.
    '--mantine-color-default-border': semantic.lineStrong,
    '--mantine-color-placeholder': semantic.text3,
    '--mantine-color-success': tokens.states.approved[scheme].fg,
    '--mantine-color-error': tokens.states.error[scheme].fg,
    '--mantine-primary-color-contrast': semantic.onPrimary,
    '--mantine-color-pine-filled': semantic.primary,
    '--mantine-color-pine-filled-hover': semantic.primaryHover,
    '--wm-shadow-lift': scheme === 'light' ? tokens.shadow.lift : tokens.shadow.dark.lift,
    '--wm-shadow-sheet': scheme === 'light' ? tokens.shadow.sheet : tokens.shadow.dark.sheet,
    '--mantine-shadow-sm': scheme === 'light' ? tokens.shadow.lift : tokens.shadow.dark.lift,
    '--mantine-shadow-xl': scheme === 'light' ? tokens.shadow.sheet : tokens.shadow.dark.sheet,
  };
  for (const [name, value] of Object.entries(semantic)) result[`--wm-${kebab(name)}`] = value;
  for (const [name, state] of Object.entries(tokens.states)) {
    for (const [part, value] of Object.entries(state[scheme])) {
      result[`--wm-state-${kebab(name)}-${part}`] = value;
    }
  }
  for (const [name, level] of Object.entries(tokens.levels)) {
    for (const [part, value] of Object.entries(level[scheme])) result[`--wm-level-${name}-${part}`] = value;
  }
  return result;
}

/** Variables that do not change with the scheme: fonts, spacing, radii, strands. */
function plainVariables(): Record<string, string> {
  const result: Record<string, string> = {
    '--wm-font-ui': tokens.font.ui,
    '--wm-font-words': tokens.font.words,
    '--wm-font-mono': tokens.font.mono,
    '--wm-fast': `${tokens.motion.fast.ms}ms`,
    '--wm-calm': `${tokens.motion.calm.ms}ms`,
    '--wm-path': `${tokens.motion.path.ms}ms`,
    '--wm-ease': tokens.motion.ease,
  };
  for (const [name, value] of Object.entries(tokens.radius)) result[`--wm-radius-${name}`] = `${value}px`;
  for (const [name, shades] of Object.entries(tokens.strands)) {
    for (const shade of [2, 3, 7]) result[`--wm-strand-${name}-${shade}`] = shades[shade] ?? '';
  }
  return result;
}

/** `--mantine-*` and `--wm-*` for each scheme. Written into the style sheet at build time (see `vite.config.ts`). */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: plainVariables(),
  light: schemeVariables('light'),
  dark: schemeVariables('dark'),
});
