import { describe, expect, it } from '@jest/globals';
import { themeCss } from '../../../client/src/theme/css.ts';
import { levelTone, strandShade, tokens } from '../../../client/src/theme/tokens.ts';
import { applyTextSize, textSize, themeManager } from '../../../client/src/components/look/look.ts';

/** The declarations of one scheme in the built sheet. */
function schemeOf(name: 'light' | 'dark'): Map<string, string> {
  const block =
    themeCss().match(new RegExp(`data-mantine-color-scheme="${name}"\\]\\{([^}]*)\\}`))?.[1] ?? '';
  return new Map(
    [...block.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((found) => [found[1] ?? '', (found[2] ?? '').trim()]),
  );
}

function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

describe.each(['light', 'dark'] as const)('the %s theme', (scheme) => {
  const css = schemeOf(scheme);
  const of = (name: string) => css.get(name) ?? '#000000';

  it('gives Mantine our ground, text and links, and edges that can be seen', () => {
    const { ground, lineStrong, text3 } = tokens.semantic[scheme];

    expect(of('--mantine-color-body')).toBe(ground);
    expect(of('--mantine-color-default-border')).toBe(lineStrong);
    expect(of('--mantine-color-placeholder')).toBe(text3);
    expect(contrast(lineStrong, ground)).toBeGreaterThanOrEqual(3);
    expect(contrast(text3, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('lets every state, level and button be read on its own ground', () => {
    for (const state of Object.values(tokens.states)) {
      expect(contrast(state[scheme].fg, state[scheme].bg)).toBeGreaterThanOrEqual(4.5);
    }
    for (const level of Object.values(tokens.levels)) {
      expect(contrast(level[scheme].on, level[scheme].fill)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(of('--wm-primary'), of('--wm-on-primary'))).toBeGreaterThanOrEqual(4.5);
  });

  it('names every state and tone of a level as a variable', () => {
    expect(of('--wm-state-in-review-mark')).toBe(tokens.states.inReview[scheme].mark);
    expect(of('--wm-level-needed-fill')).toBe(tokens.levels.needed[scheme].fill);
  });
});

describe('tokens', () => {
  it("leave Mantine's stock colours out of the sheet", () => {
    expect(themeCss()).not.toMatch(/--mantine-color-(grape|teal|orange)-\d/);
  });

  it.each([
    { of: 3, meetsRank: 2, tones: ['lowest', 'needed', 'above'] },
    { of: 3, meetsRank: 3, tones: ['lowest', 'below', 'needed'] },
    { of: 4, meetsRank: 3, tones: ['lowest', 'below', 'needed', 'above'] },
    { of: 6, meetsRank: 4, tones: ['lowest', 'below', 'below', 'needed', 'above', 'above'] },
  ])('tell the tone of each of $of levels by the needed one, the $meetsRank.', ({ of, meetsRank, tones }) => {
    const found = tones.map((_, index) => levelTone({ rank: index + 1, of, meetsRank }));

    expect(found).toEqual(tones);
    expect(levelTone({ rank: 0, of, meetsRank })).toBeNull();
  });

  it('refuse a shade that no strand has', () => {
    expect(() => strandShade('rings', 10)).toThrow(RangeError);
  });
});

describe('how a person wants to see it', () => {
  it('is remembered: theme and size of text', () => {
    themeManager().set('dark');
    applyTextSize('large');

    expect(themeManager().get('auto')).toBe('dark');
    expect(textSize()).toBe('large');
    expect(document.documentElement.dataset['text']).toBe('large');
  });

  it('follows the system until chosen', () => {
    expect(themeManager().get('auto')).toBe('auto');
  });
});
