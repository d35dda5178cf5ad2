import { tokens } from '../../theme/tokens.ts';
import './post.css';

export type PostState = 'done' | 'now' | 'inReview' | 'ahead';
const mark = tokens.marks.post;

/**
 * The waymark of a module on the map, with its number. Decoration (`aria-hidden`): the row beside it says number and state in
 * words.
 */
export function Post({ number, state, height = 46 }: { number: number; state: PostState; height?: number }) {
  return (
    <svg
      className="wm-post"
      data-state={state}
      viewBox={mark.viewBox}
      height={height}
      aria-hidden="true"
      focusable="false"
    >
      <path className="wm-post-body" d={mark.path} />
      {state === 'now' && (
        <path
          className="wm-post-head"
          d="M3.500 10Q3.500 7.900 5.500 7.200L26 1.900Q28.500 1.200 28.500 3.800V13.400H3.500Z"
        />
      )}
      {state === 'now' && <path className="wm-post-edge" d={mark.path} />}
      <text x="16" y={mark.numberBaseline} textAnchor="middle">
        {number}
      </text>
    </svg>
  );
}
