import { GradeRule, POINTS_DEFAULT, POINTS_MAX } from '../../contract/deepLinking.ts';

/**
 * What the designer chose for one link, stored in the item's custom key `wm_policy`, so that it survives course copies:
 * `latest;rule=approved;points=10`. Flat and lower case (Moodle crashes on objects and cuts at line breaks). The first word says
 * which version of the pathway new people get; more members may follow, and unknown ones are ignored.
 */
export interface LinkPolicy {
  version: 'latest';
  rule: GradeRule;
  points: number;
}

export function formatPolicy({ version, rule, points }: LinkPolicy): string {
  return `${version};rule=${rule};points=${points}`;
}

/**
 * Reads a policy; anything absent or not understood gets its default, since a link must open whatever is in it.
 *
 * @param defaultRule  for links that set none
 */
export function parsePolicy(text: string | null | undefined, defaultRule: GradeRule): LinkPolicy {
  const members = new Map(
    (text ?? '').split(';').map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim().toLowerCase(), value.trim().toLowerCase()];
    }),
  );
  const rule = GradeRule.safeParse(members.get('rule'));
  const points = Number(members.get('points'));
  const isPoints = Number.isInteger(points) && points >= 1 && points <= POINTS_MAX;
  return {
    version: 'latest',
    rule: rule.success ? rule.data : defaultRule,
    points: isPoints ? points : POINTS_DEFAULT,
  };
}

/** Tag of all our line items. */
export const COLUMN_TAG = 'waymark';

/** `resourceId` of our line items: the same for the same pathway or module, in any course. */
export function resourceIdOf(pathwayKey: string, moduleKey: string | null): string {
  return moduleKey === null ? `wm:${pathwayKey}` : `wm:${pathwayKey}:${moduleKey}`;
}
