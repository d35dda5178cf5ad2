import type { FieldFault } from './errors.ts';
import { findFrameworkFaults, nameOfItem } from './frameworkRules.ts';
import type { FrameworkContent, FrameworkItem, FrameworkStrand, Overlay } from './frameworks.ts';

/** A framework, or what keeps it from being one. */
export type FrameworkOrFaults =
  { framework: FrameworkContent; faults?: undefined } | { framework?: undefined; faults: FieldFault[] };

const both = (core: string, own: string): string => [core, own].filter((text) => text !== '').join('\n\n');

/**
 * An overlay together with its core, as one framework that stands alone. Everything of the core is in it.
 *
 * @param core  the version that the overlay names
 * @returns faults if the overlay names what the core does not have, lowers a target or repeats a key or code
 */
export function applyOverlay(core: FrameworkContent, framework: FrameworkContent): FrameworkOrFaults {
  const { overlay } = framework;
  if (!overlay) return { framework };
  const faults = findFrameworkFaults(framework, core);
  if (faults.length > 0) return { faults };
  const strandTitles = new Map(overlay.renamedStrands.map(({ strand, title }) => [strand, title]));
  const renamed = new Map(overlay.renamedItems.map((one) => [one.item, one]));
  const targets = new Map(overlay.raisedTargets.map(({ item, target }) => [item, target]));
  return {
    framework: {
      ...framework,
      acknowledgement: both(core.acknowledgement, framework.acknowledgement),
      levels: core.levels,
      strands: [
        ...core.strands.map((one) => ({ ...one, title: strandTitles.get(one.key) ?? one.title })),
        ...framework.strands,
      ],
      items: [
        ...core.items.map((item) => {
          const name = renamed.get(item.key);
          return {
            ...item,
            title: name?.title ?? item.title,
            canDo: name?.canDo ?? item.canDo,
            target: targets.get(item.key) ?? item.target,
          };
        }),
        ...framework.items,
      ],
      crosswalk: [...core.crosswalk, ...framework.crosswalk],
      overlay: null,
    },
  };
}

/** What an overlay leaves as it is in an item of its core. */
const fixedPart = ({ code, strand, parent, level, evidenceIdeas, alignments }: FrameworkItem): string =>
  JSON.stringify([code, strand, parent, level, evidenceIdeas, alignments]);

function findChangedItem(
  item: FrameworkItem,
  now: FrameworkItem,
  path: string,
  levels: string[],
): FieldFault[] {
  const name = nameOfItem(item);
  if (fixedPart(now) !== fixedPart(item))
    return [
      {
        path,
        message: `${name} belongs to the core: only its title, its can-do statement and its target can be changed.`,
      },
    ];
  const rank = (level: string | null): number => (level === null ? -1 : levels.indexOf(level));
  if (rank(now.target) >= rank(item.target)) return [];
  return [
    {
      path: `${path}.target`,
      message: `The core asks for ${item.target ?? ''} in ${name}. An overlay can only ask for more.`,
    },
  ];
}

/** What an overlay could not make of a core; paths are those of the edited copy. */
function findChangedCore(core: FrameworkContent, edited: FrameworkContent): FieldFault[] {
  const removed = (path: string, name: string): FieldFault => ({
    path,
    message: `${name} of the core is missing. It can be renamed, but not removed.`,
  });
  const levels = core.levels.map(({ key }) => key);
  const strands = new Set(edited.strands.map(({ key }) => key));
  const places = new Map(edited.items.map(({ key }, at) => [key, at]));
  return [
    ...core.strands
      .filter(({ key }) => !strands.has(key))
      .map(({ title }) => removed('strands', `The strand ${title}`)),
    ...core.items.flatMap((item) => {
      const at = places.get(item.key) ?? -1;
      const now = edited.items[at];
      return now ? findChangedItem(item, now, `items.${at}`, levels) : [removed('items', nameOfItem(item))];
    }),
    ...(JSON.stringify(levels) === JSON.stringify(edited.levels.map(({ key }) => key))
      ? []
      : [{ path: 'levels', message: 'An overlay has the levels of its core. Leave them as they are.' }]),
  ];
}

/**
 * The overlay that makes a core into an edited copy of it: the opposite of `applyOverlay`.
 *
 * @param version  number of the core's version
 * @param edited   the core's strands and items under their keys, and more; its `overlay` is not read
 * @returns faults if something of the core was removed, changed beyond its name, or has a lower target
 */
export function toOverlay(
  core: FrameworkContent,
  version: number,
  edited: FrameworkContent,
): FrameworkOrFaults {
  const changed = findChangedCore(core, edited);
  if (changed.length > 0) return { faults: changed };
  const items = new Map(core.items.map((item) => [item.key, item]));
  const strands = new Map(core.strands.map((strand) => [strand.key, strand]));
  const entries = new Set(core.crosswalk.map((entry) => JSON.stringify(entry)));
  const isOwn = ({ key }: FrameworkItem | FrameworkStrand): boolean => !items.has(key) && !strands.has(key);
  const overlay: Overlay = {
    core: { key: core.key, title: core.title, version },
    renamedStrands: edited.strands
      .filter(({ key, title }) => strands.has(key) && strands.get(key)?.title !== title)
      .map(({ key, title }) => ({ strand: key, title })),
    renamedItems: edited.items.flatMap(({ key, title, canDo }) => {
      const item = items.get(key);
      if (!item || (item.title === title && item.canDo === canDo)) return [];
      return [{ item: key, title, canDo: item.canDo === canDo ? null : canDo }];
    }),
    raisedTargets: edited.items.flatMap(({ key, target }) => {
      const item = items.get(key);
      return item && target !== null && target !== item.target ? [{ item: key, target }] : [];
    }),
  };
  const framework: FrameworkContent = {
    ...edited,
    levels: [],
    strands: edited.strands.filter(isOwn),
    items: edited.items.filter(isOwn),
    crosswalk: edited.crosswalk.filter((entry) => !entries.has(JSON.stringify(entry))),
    overlay,
  };
  const faults = findFrameworkFaults(framework, core);
  return faults.length > 0 ? { faults } : { framework };
}
