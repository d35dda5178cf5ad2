import { describe, expect, it } from '@jest/globals';
import { screen } from '@testing-library/react';
import fc from 'fast-check';
import { Badge } from '../../../client/src/components/badge/Badge.tsx';
import { contourPath, contoursOf, fnv1a, pointOf } from '../../../client/src/components/badge/contours.ts';
import type { Contour } from '../../../client/src/components/badge/contours.ts';
import { mix } from '../../../client/src/components/badge/paint.ts';
import { SILHOUETTES } from '../../../client/src/components/badge/silhouettes.ts';
import { BadgeArt } from '../../../contract/content.ts';
import type { Strand } from '../../../contract/content.ts';
import { renderPart } from '../gallery/renderPart.tsx';

const strandOf = (art: BadgeArt, title = art): Strand => ({ key: art, title, art });
const strands = fc.constantFrom(...BadgeArt.options.map((art) => strandOf(art)));

/** How far a contour reaches from another one's centre in that direction; both are star-shaped around it. */
function reachFrom(outer: Contour, x: number, y: number): number {
  const angle = Math.atan2(y - outer.centre.y, x - outer.centre.x);
  const edge = pointOf(outer, angle);
  return Math.hypot(edge.x - outer.centre.x, edge.y - outer.centre.y);
}

describe('contours of a badge', () => {
  it('never cross: every point of a band lies within the band around it', () => {
    fc.assert(
      fc.property(fc.uuid(), strands, fc.integer({ min: 1, max: 4 }), (id, strand, level) => {
        const contours = contoursOf(id, strand, level);
        for (let band = 1; band < contours.length; band += 1) {
          const [outer, inner] = [contours[band - 1], contours[band]];
          if (!outer || !inner) throw new Error('a band is missing');
          for (let step = 0; step < 72; step += 1) {
            const point = pointOf(inner, (step / 72) * 2 * Math.PI);
            const distance = Math.hypot(point.x - outer.centre.x, point.y - outer.centre.y);
            expect(distance).toBeLessThan(reachFrom(outer, point.x, point.y));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are as many as the level, and the summit', () => {
    const counts = [1, 2, 3, 4].map((level) => contoursOf('a', strandOf('rings'), level).length);

    expect(counts).toEqual([2, 3, 4, 5]);
  });

  it('come out the same for the same achievement, and differ between achievements and strands', () => {
    const draw = (id: string, art: BadgeArt) => contoursOf(id, strandOf(art), 2).map(contourPath).join('');

    expect(draw('a', 'fork')).toBe(draw('a', 'fork'));
    expect(draw('a', 'fork')).not.toBe(draw('b', 'fork'));
    expect(draw('a', 'fork')).not.toBe(draw('a', 'flag'));
  });

  it('stay as they were drawn first: their seed is the achievement and the key of its strand, not its art or title', () => {
    const strand = { key: 'multimedia', art: 'play' } as const;

    const drawn = contoursOf('00000000-0000-4000-8000-000000000001', strand, 1).map(contourPath);

    expect(drawn[0]).toMatch(/^M196\.24 112C196\.6 117\.59 196\.07 123\.63 /);
    expect(drawn[1]).toMatch(/^M166\.23 114\.37C166\.39 117\.27 166\.07 120\.4 /);
  });

  it('are seeded by FNV-1a', () => {
    // from the reference vectors of the FNV authors
    expect(fnv1a('')).toBe(0x811c9dc5);
    expect(fnv1a('a')).toBe(0xe40c292c);
    expect(fnv1a('foobar')).toBe(0xbf9cf968);
  });
});

describe('a badge', () => {
  it('is drawn the same every time', async () => {
    const badge = <Badge strand={strandOf('tick')} level={4} achievementId="one" />;
    const { container } = await renderPart(
      <>
        {badge}
        {badge}
      </>,
    );

    const [first, second] = container.querySelectorAll('svg');

    expect(first?.outerHTML).toBe(second?.outerHTML);
  });

  it('carries name and level as an image with title and description', async () => {
    const strand: Strand = { key: 'checks', title: 'Checks that inform', art: 'tick' };
    await renderPart(<Badge strand={strand} level={2} achievementId="x" name="Uses quick checks" />);

    const image = screen.getByRole('img', { name: 'Uses quick checks, level 2 of 4' });

    expect(image).toHaveAccessibleDescription(/^Checks that inform\./);
  });

  it('says so when it was withdrawn', async () => {
    await renderPart(
      <Badge strand={strandOf('flag')} level={1} achievementId="x" state="withdrawn" name="Leads" />,
    );

    expect(screen.getByRole('img', { name: 'Leads, level 1 of 4, withdrawn' })).toBeInTheDocument();
  });

  it('leaves stones away below 44 px, and contours where it lies ahead', async () => {
    const { container } = await renderPart(
      <>
        <Badge strand={strandOf('fork')} level={3} achievementId="x" size={40} />
        <Badge strand={strandOf('fork')} level={3} achievementId="x" size={80} state="ahead" />
      </>,
    );

    const [small, ahead] = container.querySelectorAll('svg');

    expect(small?.querySelectorAll('rect')).toHaveLength(0);
    expect(ahead?.querySelectorAll('rect')).toHaveLength(4);
    // outline and sign only
    expect(ahead?.querySelectorAll('path')).toHaveLength(2);
  });

  it('has a closed outline for every art', () => {
    for (const art of BadgeArt.options) expect(SILHOUETTES[art]).toMatch(/^M.*Z$/);
  });

  it('mixes colours by their channels', () => {
    expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080');
    expect(mix('#067a84', '#cff6fa', 0)).toBe('#067a84');
  });
});
