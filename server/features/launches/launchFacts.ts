import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Launch } from '../../lti/launchVerification.ts';
import type { ContextDoc } from './context.model.ts';
import { membershipKey, type MembershipDoc } from './membership.model.ts';
import { nameKeysOf } from './nameKeys.ts';
import type { PersonDoc } from './person.model.ts';
import type { PlacementDoc } from './placement.model.ts';

/** What one launch says about one document: which it is, what may change, and what is added to earlier launches. */
export interface Facts<Which, Said> {
  which: Which;
  said: Said;
  added: { scopes?: string[] };
  hash: string;
}

export type PersonFacts = Facts<
  Pick<PersonDoc, 'platformId' | 'sub'>,
  Pick<PersonDoc, 'name' | 'nameKeys' | 'givenName' | 'familyName' | 'email'>
>;
export type ContextFacts = Facts<
  Pick<ContextDoc, 'platformId' | 'ltiId'>,
  Pick<ContextDoc, 'deploymentId' | 'label' | 'title' | 'history'> &
    Partial<Pick<ContextDoc, 'lineItemsUrl' | 'membershipsUrl'>>
>;
export type PlacementFacts = Facts<
  Pick<PlacementDoc, 'platformId' | 'contextLtiId' | 'resourceLinkId'>,
  Pick<PlacementDoc, 'deploymentId' | 'title' | 'pathwayKey' | 'moduleKey' | 'policy'> &
    Partial<Pick<PlacementDoc, 'lineItemUrl' | 'lineItemsUrl'>>
>;
export type MembershipFacts = Facts<
  Pick<MembershipDoc, 'launchKey'>,
  Pick<MembershipDoc, 'roles' | 'practice'>
>;

/** Everything that a launch says about what is stored. */
export interface LaunchFacts {
  person: PersonFacts;
  context: ContextFacts | null;
  placement: PlacementFacts | null;
  membership: MembershipFacts | null;
}

function facts<Which, Said>(which: Which, said: Said, added: { scopes?: string[] } = {}): Facts<Which, Said> {
  const hash = createHash('sha256')
    .update(JSON.stringify([said, added]))
    .digest('base64url');
  return { which, said, added, hash };
}

/**
 * Without null values: somebody whom the LMS tells less about its services (no AGS claim, fewer of them) takes nothing away from
 * what others were told.
 */
function withoutNull<T extends Record<string, string | null>>(services: T): Partial<T> {
  const known = Object.entries(services).filter(([, value]) => value !== null);
  return Object.fromEntries(known) as Partial<T>;
}

const Key = z.uuid();

/** A UUID of a custom key, in any case; otherwise null. */
function toKey(value: string | undefined): string | null {
  const parsed = Key.safeParse(value?.trim().toLowerCase());
  return parsed.success ? parsed.data : null;
}

/** Copies of copies, newest first; may end with `truncated` (Canvas), and Moodle's original sends "". */
function toHistory(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '' && id !== 'truncated' && id.length <= 255)
    .slice(0, 100);
}

function contextFacts({ platform, deployment, claims }: Launch): ContextFacts | null {
  const { context, ags } = claims;
  if (!context) return null;
  return facts(
    { platformId: platform._id, ltiId: context.id },
    {
      deploymentId: deployment._id,
      label: context.label,
      title: context.title,
      history: toHistory(claims.custom['context_history']),
      ...withoutNull({ lineItemsUrl: ags?.lineItemsUrl ?? null, membershipsUrl: claims.membershipsUrl }),
    },
    { scopes: ags?.scopes ?? [] },
  );
}

function placementFacts({ platform, deployment, claims }: Launch): PlacementFacts | null {
  const { resourceLink, custom, ags } = claims;
  if (!resourceLink) return null;
  const pathwayKey = toKey(custom['wm_pathway']);
  return facts(
    {
      platformId: platform._id,
      contextLtiId: claims.context?.id ?? null,
      resourceLinkId: resourceLink.id,
    },
    {
      deploymentId: deployment._id,
      title: resourceLink.title,
      pathwayKey,
      // a module belongs to a pathway
      moduleKey: pathwayKey && toKey(custom['wm_module']),
      policy: custom['wm_policy']?.slice(0, 255) ?? null,
      ...withoutNull({ lineItemUrl: ags?.lineItemUrl ?? null, lineItemsUrl: ags?.lineItemsUrl ?? null }),
    },
    { scopes: ags?.scopes ?? [] },
  );
}

/** Splits a launch into what it says about the person, the course, the link, and the person in the course. */
export function toLaunchFacts(launch: Launch): LaunchFacts {
  const { platform, claims, roles } = launch;
  const { sub, name, givenName, familyName, email, context } = claims;
  const both = [givenName, familyName].filter((part) => part !== null).join(' ');
  const known = name ?? (both || null);
  const person = { name: known, nameKeys: nameKeysOf(known), givenName, familyName, email };
  return {
    person: facts({ platformId: platform._id, sub }, person),
    context: contextFacts(launch),
    placement: placementFacts(launch),
    membership:
      context &&
      facts(
        { launchKey: membershipKey(platform._id, context.id, sub) },
        { roles: roles.contextRoles, practice: roles.practice },
      ),
  };
}
