import type { Role, Who } from '../../contract/common.ts';

/** Where a right holds: in the whole institution, or in these of its courses (in none, for a launch outside of courses). */
export interface Scope {
  readonly everywhere: boolean;
  readonly contextIds: readonly string[];
}

/** A role and where somebody was given it. */
export interface Grant {
  role: Role;
  where: 'institution' | { contextId: string | null };
}

/**
 * How far a role must reach for its pages to open. What an admin sees is the whole institution's, so a course is not enough;
 * the other roles' services keep to the scope.
 */
const REACH: Readonly<Record<Role, 'course' | 'institution'>> = {
  participant: 'course',
  reviewer: 'course',
  designer: 'course',
  admin: 'institution',
};

function addGrant(scope: Scope | undefined, { where }: Grant): Scope {
  const known = scope ?? { everywhere: false, contextIds: [] };
  if (where === 'institution') return { ...known, everywhere: true };
  const { contextId } = where;
  if (contextId === null || known.contextIds.includes(contextId)) return known;
  return { ...known, contextIds: [...known.contextIds, contextId] };
}

/**
 * What one person may in one request. It answers one question, where a role holds; whether somebody "is an admin" can't be
 * asked. Routes, services and queries all go by it.
 */
export class Rights {
  readonly #scopes: ReadonlyMap<Role, Scope>;

  /** @param grants  of the launch, and own assignments. One that does not reach as far as its role's pages show counts nowhere. */
  constructor(grants: Iterable<Grant>) {
    const scopes = new Map<Role, Scope>();
    for (const grant of grants) {
      if (REACH[grant.role] === 'institution' && grant.where !== 'institution') continue;
      scopes.set(grant.role, addGrant(scopes.get(grant.role), grant));
    }
    this.#scopes = scopes;
  }

  /** Where this role holds; null: nowhere. */
  scopeOf(role: Role): Scope | null {
    return this.#scopes.get(role) ?? null;
  }

  /** Whether one of these may do it somewhere. `public` needs no rights and is not asked here. */
  reach(who: readonly Who[]): boolean {
    return who.some((one) => one === 'anyone' || (one !== 'public' && this.scopeOf(one) !== null));
  }

  /** To be shown: which pages there are for this person. */
  get roles(): Role[] {
    return [...this.#scopes.keys()];
  }
}

/** Whether a scope holds what belongs to these courses. */
export function covers(scope: Scope | null, contextIds: readonly string[]): boolean {
  if (scope === null) return false;
  return scope.everywhere || contextIds.some((contextId) => scope.contextIds.includes(contextId));
}

/** The part of a query for documents with `contextIds` that keeps to a scope. */
export function inScope(scope: Scope | null): { contextIds?: { $in: string[] } } {
  if (scope?.everywhere) return {};
  return { contextIds: { $in: [...(scope?.contextIds ?? [])] } };
}
