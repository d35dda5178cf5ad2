import type { BadgeArt } from '../../../../contract/content.ts';
import { smoothPath } from './contours.ts';
import type { Point } from './contours.ts';

const MIDDLE = 120;
const round = (value: number) => String(Math.round(value * 100) / 100);

function circle(radius: number): string {
  const left = MIDDLE - radius;
  return `M${left} 120A${radius} ${radius} 0 1 1 ${MIDDLE + radius} 120A${radius} ${radius} 0 1 1 ${left} 120Z`;
}

function superellipse(radius: number, power: number): string {
  const points = Array.from({ length: 96 }, (_, index) => {
    const angle = (index / 96) * 2 * Math.PI;
    const bend = (value: number) => Math.sign(value) * Math.abs(value) ** (2 / power);
    return { x: MIDDLE + radius * bend(Math.cos(angle)), y: MIDDLE + radius * bend(Math.sin(angle)) };
  });
  return smoothPath(points);
}

function regular(corners: number, radius: number, centreY: number, firstAngle: number): Point[] {
  return Array.from({ length: corners }, (_, index) => {
    const angle = firstAngle + (index / corners) * 2 * Math.PI;
    return { x: MIDDLE + radius * Math.cos(angle), y: centreY + radius * Math.sin(angle) };
  });
}

/** A polygon whose corners are arcs of this radius; its points are clockwise. */
function rounded(points: readonly Point[], radius: number): string {
  const parts = points.map((corner, index) => {
    const before = points[(index + points.length - 1) % points.length] ?? corner;
    const after = points[(index + 1) % points.length] ?? corner;
    const toward = (target: Point) => {
      const length = Math.hypot(target.x - corner.x, target.y - corner.y);
      return { x: (target.x - corner.x) / length, y: (target.y - corner.y) / length };
    };
    const [back, on] = [toward(before), toward(after)];
    const half = Math.acos(back.x * on.x + back.y * on.y) / 2;
    const cut = radius / Math.tan(half);
    const start = `${round(corner.x + back.x * cut)} ${round(corner.y + back.y * cut)}`;
    const end = `${round(corner.x + on.x * cut)} ${round(corner.y + on.y * cut)}`;
    return `${index === 0 ? 'M' : 'L'}${start}A${radius} ${radius} 0 0 1 ${end}`;
  });
  return `${parts.join('')}Z`;
}

/** Four half circles: lobes whose centres are as far out on the diagonals as their radius. */
function lobes(radius: number): string {
  const reach = radius * Math.SQRT2;
  const [low, high] = [round(MIDDLE - reach), round(MIDDLE + reach)];
  const arc = (x: string, y: string) => `A${radius} ${radius} 0 0 1 ${x} ${y}`;
  return `M120 ${low}${arc(high, '120')}${arc('120', high)}${arc(low, '120')}${arc('120', low)}Z`;
}

const POST: readonly Point[] = [
  { x: 28, y: 48 },
  { x: 212, y: 8 },
  { x: 212, y: 160 },
  { x: 120, y: 232 },
  { x: 28, y: 160 },
];

/** The outline of a badge in a 240 box. */
export const SILHOUETTES: Readonly<Record<BadgeArt, string>> = {
  compass: circle(106),
  tick: superellipse(100, 4),
  play: rounded(regular(5, 119, 126, -Math.PI / 2), 34),
  fork: rounded(regular(6, 117, MIDDLE, 0), 30),
  rings: lobes(61),
  flag: rounded(POST, 24),
};

/** A badge's glyph in a 48 box: paths to stroke, and dots to fill. */
export const GLYPHS: Readonly<Record<BadgeArt, { path: string; dots?: readonly Point[] }>> = {
  compass: { path: 'M24 5 33 24 24 43 15 24ZM15 24h18' },
  tick: { path: 'M8 25.5 19.5 37 41 12' },
  play: { path: 'M15 8.5v31L40 24Z' },
  fork: {
    path: 'M24 43V29c0-9-13-7-13-19M24 29c0-9 13-7 13-19',
    dots: [
      { x: 11, y: 8 },
      { x: 37, y: 8 },
    ],
  },
  rings: {
    path: 'M5 24a12.5 12.5 0 1 1 25 0a12.5 12.5 0 1 1-25 0ZM18 24a12.5 12.5 0 1 1 25 0a12.5 12.5 0 1 1-25 0Z',
  },
  flag: { path: 'M13 44V6M13 8h24l-7 8.5 7 8.5H13' },
};
