import type { BadgeArt, Strand } from '../../../../contract/content.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A closed line around a centre: r·(1 + a₁cos(θ+p₁) + a₂cos(2θ+p₂) + a₃cos(3θ+p₃)). */
export interface Contour {
  readonly centre: Point;
  readonly radius: number;
  readonly amplitudes: readonly [number, number, number];
  readonly phases: readonly [number, number, number];
}

const OUTER = 74;
const SUMMIT = 38;
const POINTS = 28;
/** A band's phase differs from the surrounding one by at most this much: less than would let them cross. */
const DRIFT = 0.18;

/** FNV-1a, 32 bits: the seed for a text. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** mulberry32: the same numbers for the same seed, everywhere. */
class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }
}

function middle(art: BadgeArt): Point {
  return { x: 120, y: art === 'flag' ? 104 : art === 'play' ? 112 : 106 };
}

/** What of a strand its badges are drawn from. */
export type DrawnStrand = Pick<Strand, 'key' | 'art'>;

/**
 * The contours of a badge, outermost first, the summit last: `level` bands and the summit. The same id and strand always give the
 * same lines, and the lines of a higher level are drawn from the same seed.
 * @param level 1 to 4
 */
export function contoursOf(achievementId: string, strand: DrawnStrand, level: number): Contour[] {
  const random = new SeededRandom(fnv1a(achievementId + strand.key));
  const between = (low: number, high: number) => low + (high - low) * random.next();
  const amplitudes = [between(0.05, 0.1), between(0.045, 0.09), between(0.02, 0.05)] as const;
  let phases = [between(0, 2 * Math.PI), between(0, 2 * Math.PI), between(0, 2 * Math.PI)] as const;
  const shift = { x: between(-7, 7), y: between(-3, 3) };
  const base = middle(strand.art);

  return Array.from({ length: level + 1 }, (_, band) => {
    const share = band / level;
    const contour: Contour = {
      centre: { x: base.x + shift.x * share, y: base.y + shift.y * share },
      radius: OUTER - (OUTER - SUMMIT) * share,
      amplitudes,
      phases,
    };
    const drift = () => between(-DRIFT, DRIFT);
    phases = [phases[0] + drift(), phases[1] + drift(), phases[2] + drift()];
    return contour;
  });
}

/** The contour's point in a direction from its own centre, in radians. */
export function pointOf(contour: Contour, angle: number): Point {
  const [a1, a2, a3] = contour.amplitudes;
  const [p1, p2, p3] = contour.phases;
  const wave = a1 * Math.cos(angle + p1) + a2 * Math.cos(2 * angle + p2) + a3 * Math.cos(3 * angle + p3);
  const reach = contour.radius * (1 + wave);
  return {
    x: contour.centre.x + reach * Math.cos(angle),
    y: contour.centre.y + reach * Math.sin(angle),
  };
}

const round = (value: number) => String(Math.round(value * 100) / 100);

/** A closed Catmull-Rom curve through points, as cubic Béziers. */
export function smoothPath(points: readonly Point[]): string {
  const at = (index: number): Point => {
    const point = points[(index + points.length) % points.length];
    if (!point) throw new RangeError('a line needs points');
    return point;
  };
  let path = `M${round(at(0).x)} ${round(at(0).y)}`;
  for (let index = 0; index < points.length; index += 1) {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const numbers = [
      from.x + (to.x - before.x) / 6,
      from.y + (to.y - before.y) / 6,
      to.x - (after.x - from.x) / 6,
      to.y - (after.y - from.y) / 6,
      to.x,
      to.y,
    ];
    path += `C${numbers.map(round).join(' ')}`;
  }
  return `${path}Z`;
}

/** SVG path of a contour: 28 points, closed and smooth. */
export function contourPath(contour: Contour): string {
  const points = Array.from({ length: POINTS }, (_, index) =>
    pointOf(contour, (index / POINTS) * 2 * Math.PI),
  );
  return smoothPath(points);
}
