import type { CSSProperties, ReactNode } from 'react';
import { tokens } from '../../theme/tokens.ts';
import { Post } from '../post/Post.tsx';
import type { PostState } from '../post/Post.tsx';
import './trail.css';

export interface TrailStop {
  readonly key: string;
  readonly number: number;
  readonly state: PostState;
  /** Replaces the post: the badge at the end. 52 px wide. */
  readonly marker?: ReactNode;
  /** The row beside the post; gives number and state in words. */
  readonly content: ReactNode;
}

export interface TrailProps {
  stops: readonly TrailStop[];
  /** Names the ordered list. */
  label: string;
  /** Draws the line that leaves this stop again, once: after an approval. */
  growsFrom?: string;
}

/** Start of a post from the line's edge, in px; the line runs through the centres of the posts. */
const OFFSETS = tokens.marks.trail.offsetsX;
const HALF_POST = 17.5;
const LINE_WIDTH = 60;

function offset(index: number): number {
  return OFFSETS[index % OFFSETS.length] ?? 0;
}

/** S-shaped from post to post: leaves and arrives vertically, whatever the rows' heights (the box is stretched). */
export function segmentPath(fromX: number, toX: number): string {
  return `M${fromX} 0C${fromX} 50 ${toX} 50 ${toX} 100`;
}

function Segment({ index, done, grows }: { index: number; done: boolean; grows: boolean }) {
  return (
    <svg
      className="wm-trail-line"
      data-done={done}
      data-grows={grows}
      viewBox={`0 0 ${LINE_WIDTH} 100`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path
        d={segmentPath(offset(index) + HALF_POST, offset(index + 1) + HALF_POST)}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

/** The pathway as an ordered list along the trail: solid up to what is done, dotted ahead. */
export function Trail({ stops, label, growsFrom }: TrailProps) {
  return (
    <ol className="wm-trail wm-plain-list" aria-label={label}>
      {stops.map((stop, index) => (
        <li
          key={stop.key}
          className="wm-trail-stop"
          data-state={stop.state}
          {...(stop.state === 'now' ? { 'aria-current': 'step' as const } : {})}
          style={{ '--wm-trail-x': `${offset(index)}px` } as CSSProperties}
        >
          {index < stops.length - 1 && (
            <Segment index={index} done={stop.state === 'done'} grows={stop.key === growsFrom} />
          )}
          <div className="wm-trail-marker" data-own={stop.marker !== undefined}>
            {stop.marker ?? <Post number={stop.number} state={stop.state} />}
          </div>
          <div className="wm-trail-content">{stop.content}</div>
        </li>
      ))}
    </ol>
  );
}
