import { tokens } from '../../theme/tokens.ts';
import './logo.css';

const mark = tokens.marks.logo;

/** The logo: a post with its blaze. Decoration; the name is beside it or in the bar's label. */
export function Logo({ height = 27 }: { height?: number }) {
  return (
    <svg className="wm-logo" viewBox={mark.viewBox} height={height} aria-hidden="true" focusable="false">
      <path d={mark.post} />
      <rect x="8.2" y="11" width="7.6" height="10.5" rx="1.6" />
    </svg>
  );
}

/** The small blaze before "You are here" and "Your turn". */
export function Blaze() {
  return <span className="wm-blaze" aria-hidden="true" />;
}

/** The one drawing of launch pages and empty states: a trail, the post, and the trail beyond it. */
export function TrailDrawing() {
  return (
    <svg className="wm-drawing" viewBox="0 0 280 80" height="80" aria-hidden="true" focusable="false">
      <path className="wm-drawing-done" d="M4 71C38 71 42 45 72 45s46 18 70 18" />
      <path className="wm-drawing-post" d="M140 64V18q0-2.300 2-3l22-8q4-1.200 4 3V64Z" />
      <rect className="wm-drawing-blaze" x="147" y="25" width="12" height="17" rx="2" />
      <path className="wm-drawing-ground" d="M128 65h51" />
      <path className="wm-drawing-ahead" d="M176 48c12-14 32-12 44-2s32 14 54 11" />
    </svg>
  );
}
