import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { BadgeArt, Strand } from '../../../../contract/content.ts';
import { tokens } from '../../theme/tokens.ts';
import { contourPath, contoursOf } from './contours.ts';
import { paintOf } from './paint.ts';
import type { BadgeKind, BadgeState, Paint } from './paint.ts';
import { GLYPHS, SILHOUETTES } from './silhouettes.ts';
import './badge.css';

export interface BadgeProps {
  strand: Strand;
  /** 1 to 4. */
  level: number;
  kind?: BadgeKind;
  /** Seeds the contours: every achievement has its own, which never change. */
  achievementId: string;
  state?: BadgeState;
  /** Edge in px; below 44 the stones and frames are omitted and the glyph grows. */
  size?: number;
  /** The achievement's name; omitted if it is shown beside the badge, which is then decoration. */
  name?: string;
}

const SMALL = 44;
const { stones, frames, glyphStroke, glyphScale, glyphScaleSmall } = tokens.badge;

function stonesTop(art: BadgeArt): number {
  return art === 'play' || art === 'flag' ? stones.y[art] : stones.y.default;
}

function Stones({ art, level, paint }: { art: BadgeArt; level: number; paint: Paint }) {
  const step = stones.width + stones.gap;
  const first = 120 - (4 * stones.width + 3 * stones.gap) / 2;
  return [0, 1, 2, 3].map((index) => (
    <rect
      key={index}
      x={first + index * step}
      y={stonesTop(art)}
      width={stones.width}
      height={stones.height}
      rx={stones.radius}
      fill={index < level && paint.ground !== null ? paint.stone : 'none'}
      stroke={paint.stone}
      strokeWidth={1.6}
      strokeOpacity={index < level ? 1 : 0.7}
    />
  ));
}

function Glyph(props: { art: BadgeArt; scale: number; x: number; y: number; color: string }) {
  const { art, scale, x, y, color } = props;
  const glyph = GLYPHS[art];
  return (
    <g transform={`translate(${x - 24 * scale} ${y - 24 * scale}) scale(${scale})`}>
      <path
        d={glyph.path}
        fill="none"
        stroke={color}
        strokeWidth={glyphStroke}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      {glyph.dots?.map((dot) => (
        <circle key={dot.x} cx={dot.x} cy={dot.y} r={3.2} fill={color} />
      ))}
    </g>
  );
}

function Frames({ kind, art, color }: { kind: BadgeKind; art: BadgeArt; color: string }) {
  if (kind !== 'pathway' && kind !== 'certification') return null;
  return frames[kind].map((scale) => (
    <path
      key={scale}
      d={SILHOUETTES[art]}
      transform={`translate(${120 * (1 - scale)} ${120 * (1 - scale)}) scale(${scale})`}
      fill="none"
      stroke={color}
      strokeWidth={frames.stroke}
    />
  ));
}

function useLabels({ strand, level, kind, state, name }: BadgeProps): { title: string; description: string } {
  const { t } = useTranslation();
  const args = { name: name ?? '', level };
  const title =
    state === 'ahead'
      ? t('badge.ahead', args)
      : state === 'withdrawn'
        ? t('badge.withdrawn', args)
        : t('badge.title', args);
  const description = kind === 'growth' ? t('badge.growth') : t('badge.plain', { strand: strand.title });
  return { title, description };
}

/** Dashes keep about a pixel, however small the badge is. */
function outlineStroke(paint: Paint, size: number, asLine: boolean) {
  const grow = Math.max(1, 80 / size);
  const strokeWidth = (asLine ? 5 : 3.2) * grow;
  if (!paint.outlineDash) return { strokeWidth };
  const strokeDasharray = paint.outlineDash.map((length) => length * grow).join(' ');
  return { strokeWidth, strokeDasharray, strokeLinecap: 'round' as const };
}

/** A badge as SVG: a pure function of strand, level, kind, achievement and state. */
export function Badge(props: BadgeProps) {
  const { strand, level, kind = 'module', achievementId, state = 'earned', size = 80, name } = props;
  const { art } = strand;
  const id = useId();
  const labels = useLabels(props);
  const paint = paintOf(art, kind, state);
  const small = size < SMALL;
  const contours = contoursOf(achievementId, strand, level);
  const summit = contours.at(-1)?.centre ?? { x: 120, y: 106 };
  const asLine = kind === 'growth' && state === 'earned';
  const a11y = name
    ? { role: 'img', 'aria-labelledby': `${id}-t`, 'aria-describedby': `${id}-d` }
    : { 'aria-hidden': true as const };
  return (
    <svg className="wm-badge" viewBox="0 0 240 240" width={size} height={size} focusable="false" {...a11y}>
      {name && <title id={`${id}-t`}>{labels.title}</title>}
      {name && <desc id={`${id}-d`}>{labels.description}</desc>}
      <path
        d={SILHOUETTES[art]}
        fill={paint.ground ?? 'none'}
        stroke={paint.outline ?? 'none'}
        {...outlineStroke(paint, size, asLine)}
      />
      {!small && state !== 'ahead' && <Frames kind={kind} art={art} color={paint.frame} />}
      {state !== 'ahead' &&
        contours.map((contour, index) => {
          const color = paint.band(index, contours.length);
          const style = asLine ? { fill: 'none', stroke: color, strokeWidth: 2.2 } : { fill: color };
          return <path key={contour.radius} d={contourPath(contour)} {...style} />;
        })}
      <Glyph art={art} scale={small ? glyphScaleSmall : glyphScale} {...summit} color={paint.glyph} />
      {!small && <Stones art={art} level={level} paint={paint} />}
      {state === 'withdrawn' && (
        <path
          className="wm-badge-bar"
          d="M42 198 198 42"
          stroke="#fff"
          strokeWidth="14"
          strokeLinecap="round"
        />
      )}
      {state === 'withdrawn' && (
        <path d="M42 198 198 42" stroke={tokens.ramps.plum[7]} strokeWidth="7" strokeLinecap="round" />
      )}
    </svg>
  );
}
