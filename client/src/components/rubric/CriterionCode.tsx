import './rubric.css';

/** The boxed letter of a criterion. `here` makes it amber: this one waits for you. */
export function CriterionCode({
  code,
  tone = 'plain',
}: {
  code: string;
  tone?: 'plain' | 'here' | 'current';
}) {
  return (
    <span className="wm-criterion-code" data-tone={tone}>
      {code}
    </span>
  );
}
