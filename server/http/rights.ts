import type { Role, Who } from '../../contract/common.ts';

/** Where a right applies: in the whole institution, or in these of its courses (in none, for a launch outside of courses). */
export interface Scope {
  readonly everywhere: boolean;
  readonly contextIds: readonly string[];
}

/** A role and where it was granted. */
export interface Grant {
  role: Role;
  where: 'institution' | { contextId: string | null };
}

/**
 * How far a role must reach for its pages to open. What an admin sees belongs to the whole institution, so a course is not
 * enough; the services of the other roles respect the scope.
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
 * What one person may do in one request. It answers only where a role applies; nobody can ask whether somebody "is an admin".
 * Routes, services and queries all use it.
 */
export class Rights {
  readonly #scopes: ReadonlyMap<Role, Scope>;

  /**
   * @param grants  from the launch and the person's assignments. A grant that reaches less far than its role's pages show has no
   *   effect.
   */
  constructor(grants: Iterable<Grant>) {
    const scopes = new Map<Role, Scope>();
    for (const grant of grants) {
      if (REACH[grant.role] === 'institution' && grant.where !== 'institution') continue;
      scopes.set(grant.role, addGrant(scopes.get(grant.role), grant));
    }
    this.#scopes = scopes;
  }

  /** Where this role applies; null: nowhere. */
  scopeOf(role: Role): Scope | null {
    return this.#scopes.get(role) ?? null;
  }

  /** Whether one of these roles applies somewhere. `public` needs no rights and is not checked here. */
  reach(who: readonly Who[]): boolean {
    return who.some((one) => {
      if (one === 'anyone') return true;
      return one !== 'public' && this.scopeOf(one === 'peer' ? 'participant' : one) !== null;
    });
  }

  /** For display: which pages exist for this person. */
  get roles(): Role[] {
    return [...this.#scopes.keys()];
  }
}

/** Whether a scope includes something that belongs to these courses. */
export function covers(scope: Scope | null, contextIds: readonly string[]): boolean {
  if (scope === null) return false;
  return scope.everywhere || contextIds.some((contextId) => scope.contextIds.includes(contextId));
}

/** The part of a query on documents with `contextIds` that restricts it to a scope. */
export function inScope(scope: Scope | null): { contextIds?: { $in: string[] } } {
  if (scope?.everywhere) return {};
  return { contextIds: { $in: [...(scope?.contextIds ?? [])] } };
}
