import type { BadgeArt } from '../../../../contract/content.ts';
import { strandShade, tokens } from '../../theme/tokens.ts';

export type BadgeKind = 'module' | 'pathway' | 'certification' | 'growth';
export type BadgeState = 'earned' | 'ahead' | 'withdrawn';

/** The colours of one badge. `null` is not painted. */
export interface Paint {
  readonly ground: string | null;
  readonly outline: string | null;
  readonly outlineDash: readonly number[] | null;
  readonly glyph: string;
  readonly stone: string;
  readonly frame: string;
  /** Colour of a band; growth badges draw it as a line. */
  band(index: number, bands: number): string;
}

/** Linear mix of two hex colours; `share` 0 gives the first. */
export function mix(from: string, to: string, share: number): string {
  const channel = (at: number) => {
    const [a, b] = [Number.parseInt(from.slice(at, at + 2), 16), Number.parseInt(to.slice(at, at + 2), 16)];
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

function stone(shade: number): string {
  return tokens.ramps.stone[shade] ?? '#818882';
}

function earned(art: BadgeArt): Paint {
  return {
    ground: strandShade(art, 7),
    outline: null,
    outlineDash: null,
    glyph: strandShade(art, 8),
    stone: strandShade(art, 1),
    frame: strandShade(art, 2),
    band: (index, bands) => mix(strandShade(art, 6), strandShade(art, 1), (index + 1) / bands),
  };
}

function growth(art: BadgeArt): Paint {
  return {
    ground: strandShade(art, 0),
    outline: strandShade(art, 6),
    outlineDash: [0.5, 8],
    glyph: strandShade(art, 8),
    stone: strandShade(art, 6),
    frame: strandShade(art, 4),
    band: () => strandShade(art, 4),
  };
}

const WITHDRAWN: Paint = {
  ground: stone(5),
  outline: null,
  outlineDash: null,
  glyph: stone(8),
  stone: stone(1),
  frame: stone(3),
  band: (index, bands) => mix(stone(5), stone(1), (index + 1) / bands),
};

// Outlines only: they use the text colour, so that both schemes have them.
const AHEAD: Paint = {
  ground: null,
  outline: 'currentColor',
  outlineDash: [8, 7],
  glyph: 'currentColor',
  stone: 'currentColor',
  frame: 'none',
  band: () => 'none',
};

/** How a badge is painted: state takes precedence over kind, and kind over art. */
export function paintOf(art: BadgeArt, kind: BadgeKind, state: BadgeState): Paint {
  if (state === 'ahead') return AHEAD;
  if (state === 'withdrawn') return WITHDRAWN;
  return kind === 'growth' ? growth(art) : earned(art);
}
