import { POINTS_DEFAULT, POINTS_MAX } from '../../../../contract/deepLinking.ts';
import type { CataloguePathway, PickedItem, Picker } from '../../../../contract/deepLinking.ts';

/** The maximum number of links in one reply, by the contract. */
export const LINKS_MAX = 30;

/** One link to be added; points are kept as typed until they are sent. */
export interface Pick extends Omit<PickedItem, 'points'> {
  readonly points: string;
  readonly inCourse: boolean;
  /** How long the picked item takes. */
  readonly minutes: number;
  /** A module's label; null for a whole pathway, which has `modules` instead. */
  readonly moduleLabel: string | null;
  readonly modules: number;
}

export type PickTarget = { readonly pathwayKey: string; readonly moduleKey: string | null };

export function isSame(a: PickTarget, b: PickTarget): boolean {
  return a.pathwayKey === b.pathwayKey && a.moduleKey === b.moduleKey;
}

/** Stable name of a target, for keys and ids. */
export function nameOf(target: PickTarget): string {
  return target.moduleKey ?? target.pathwayKey;
}

/**
 * The default for a new item: for a module full points when approved, for a whole pathway a share for each approved module; no
 * grade if this LMS makes no columns.
 */
export function newPick(pathway: CataloguePathway, moduleKey: string | null, columns: boolean): Pick {
  const module = pathway.modules.find(({ key }) => key === moduleKey);
  return {
    pathwayKey: pathway.key,
    moduleKey,
    title: module?.title ?? pathway.title,
    points: String(POINTS_DEFAULT),
    rule: !columns ? 'none' : module ? 'approved' : 'share',
    inCourse: module?.inCourse ?? pathway.inCourse,
    minutes: module?.minutes ?? pathway.minutes,
    moduleLabel: module?.label ?? null,
    modules: pathway.modules.length,
  };
}

/** In the catalogue's order, whatever the order of selection: the course gets them in the pathway's order. */
function inOrder(picks: readonly Pick[], pathways: readonly CataloguePathway[]): Pick[] {
  const place = (pick: Pick) => {
    const pathwayAt = pathways.findIndex(({ key }) => key === pick.pathwayKey);
    const moduleAt = pathways[pathwayAt]?.modules.findIndex(({ key }) => key === pick.moduleKey) ?? 0;
    return pathwayAt * 1000 + moduleAt;
  };
  return [...picks].sort((a, b) => place(a) - place(b));
}

/** Adds or removes; if the LMS accepts one link only, another choice replaces it. */
export function togglePick(picks: readonly Pick[], pick: Pick, picker: Picker): Pick[] {
  const without = picks.filter((one) => !isSame(one, pick));
  if (without.length < picks.length) return picker.multiple ? without : [...picks];
  return inOrder(picker.multiple ? [...picks, pick] : [pick], picker.pathways);
}

/** The points as a number, or null if the LMSs would not accept them. */
export function pointsOf(typed: string): number | null {
  const points = /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : 0;
  return points >= 1 && points <= POINTS_MAX ? points : null;
}

/** The first item whose points cannot be sent, or null. */
export function wrongPoints(picks: readonly Pick[]): Pick | null {
  return picks.find(({ rule, points }) => rule !== 'none' && pointsOf(points) === null) ?? null;
}

export function toItem({ pathwayKey, moduleKey, title, points, rule }: Pick): PickedItem {
  return { pathwayKey, moduleKey, title, rule, points: pointsOf(points) ?? POINTS_DEFAULT };
}

/** Pathways and modules whose title contains the words; a matching pathway shows all its modules. */
export function searchPathways(pathways: readonly CataloguePathway[], search: string): CataloguePathway[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fits = (title: string) => words.every((word) => title.toLocaleLowerCase().includes(word));
  return pathways.flatMap((pathway) => {
    if (fits(pathway.title)) return [pathway];
    const modules = pathway.modules.filter(({ title }) => fits(title));
    return modules.length > 0 ? [{ ...pathway, modules }] : [];
  });
}
