import type { FieldFault } from './errors.ts';
import type { CrosswalkEntry, FrameworkContent, FrameworkItem } from './frameworks.ts';

/** Places of the keys that an earlier one equals. Empty ones are no keys. */
function findRepeated(keys: readonly string[]): number[] {
  const first = new Map<string, number>();
  keys.forEach((key, at) => first.set(key, first.get(key) ?? at));
  return keys.flatMap((key, at) => (key !== '' && first.get(key) !== at ? [at] : []));
}

/** How people know an item: by its code, or else by its title. */
export const nameOfItem = ({ code, title }: Pick<FrameworkItem, 'code' | 'title'>): string => code || title;

const oneOf = (names: Iterable<string>): string => {
  const all = [...names];
  return all.length === 0 ? 'it has none' : `it has ${all.join(', ')}`;
};

/** What an item may refer to. */
interface Parts {
  levels: readonly string[];
  strands: ReadonlySet<string>;
  items: ReadonlyMap<string, FrameworkItem>;
}

function partsOf(framework: FrameworkContent, core: FrameworkContent | null): Parts {
  const both = core ? [core, framework] : [framework];
  return {
    levels: both.flatMap(({ levels }) => levels.map(({ key }) => key)),
    strands: new Set(both.flatMap(({ strands }) => strands.map(({ key }) => key))),
    items: new Map(both.flatMap(({ items }) => items.map((item) => [item.key, item] as const))),
  };
}

function findRepeats(framework: FrameworkContent, core: FrameworkContent | null): FieldFault[] {
  const { levels, strands, items } = framework;
  const coreStrands = core?.strands ?? [];
  const coreItems = core?.items ?? [];
  const among = (
    path: string,
    of: readonly string[],
    before: readonly string[],
    what: string,
  ): FieldFault[] =>
    findRepeated([...before, ...of])
      .map((at) => at - before.length)
      .filter((at) => at >= 0)
      .map((at) => ({
        path: path.replace('*', String(at)),
        message: `${of[at] ?? ''} is the ${what} of an earlier one, too. Give each its own.`,
      }));
  const keysOf = (parts: readonly { key: string }[]): string[] => parts.map(({ key }) => key);
  return [
    ...among('levels.*.key', keysOf(levels), [], 'key'),
    ...among('strands.*.key', keysOf(strands), keysOf(coreStrands), 'key'),
    ...among('items.*.key', keysOf(items), keysOf(coreItems), 'key'),
    ...among(
      'items.*.code',
      items.map(({ code }) => code),
      coreItems.map(({ code }) => code),
      'code',
    ),
  ];
}

function findItemFaults(item: FrameworkItem, path: string, { levels, strands, items }: Parts): FieldFault[] {
  const faults: FieldFault[] = [];
  const { strand, level, target, parent } = item;
  if (strand !== null && !strands.has(strand))
    faults.push({
      path: `${path}.strand`,
      message: `The framework has no strand ${strand}: ${oneOf(strands)}.`,
    });
  for (const [name, value] of Object.entries({ level, target }))
    if (value !== null && !levels.includes(value))
      faults.push({
        path: `${path}.${name}`,
        message: `The framework has no level ${value}: ${oneOf(levels)}.`,
      });
  if (parent === null) return faults;
  const above = items.get(parent);
  if (!above)
    faults.push({
      path: `${path}.parent`,
      message: `There is no item with the key ${parent} to be a part of.`,
    });
  else if (above.strand !== strand)
    faults.push({
      path: `${path}.strand`,
      message: `It is a part of ${nameOfItem(above)}, so it must be in the same strand.`,
    });
  return faults;
}

/**
 * Finds items that are part of themselves, directly or through others.
 *
 * @param parents  the keys of everything that each item is a part of
 * @returns each loop once, as the keys on its way
 */
export function findLoops(parents: ReadonlyMap<string, readonly string[]>): string[][] {
  const state = new Map<string, 'open' | 'done'>();
  const loops: string[][] = [];
  for (const start of parents.keys()) {
    if (state.has(start)) continue;
    // not recursive: a document may be nested as deep as it has items
    const way = [{ key: start, next: 0 }];
    state.set(start, 'open');
    for (let here = way.at(-1); here; here = way.at(-1)) {
      const above = parents.get(here.key)?.[here.next];
      here.next += 1;
      if (above === undefined) {
        state.set(here.key, 'done');
        way.pop();
      } else if (state.get(above) === 'open') {
        const keys = way.map(({ key }) => key);
        loops.push(keys.slice(keys.indexOf(above)));
      } else if (!state.has(above)) {
        state.set(above, 'open');
        way.push({ key: above, next: 0 });
      }
    }
  }
  return loops;
}

function findParentLoops({ items }: FrameworkContent): FieldFault[] {
  const loops = findLoops(new Map(items.map(({ key, parent }) => [key, parent === null ? [] : [parent]])));
  const places = new Map(items.map(({ key }, at) => [key, at]));
  return loops.map((loop) => {
    const [first = 0] = loop.map((key) => places.get(key) ?? 0).sort((a, b) => a - b);
    const names = loop.flatMap((key) => items[places.get(key) ?? -1] ?? []).map(nameOfItem);
    return {
      path: `items.${first}.parent`,
      message: `These are part of each other: ${names.join(', ')}. Take one out of the other.`,
    };
  });
}

const crosswalkKey = ({ item, relation, to }: CrosswalkEntry): string => `${item} ${relation} ${to.item}`;

function findCrosswalkFaults({ crosswalk }: FrameworkContent, { items }: Parts): FieldFault[] {
  const repeated = new Set(findRepeated(crosswalk.map(crosswalkKey)));
  return crosswalk.flatMap((entry, at) => {
    const path = `crosswalk.${at}`;
    if (!items.has(entry.item))
      return [{ path: `${path}.item`, message: `There is no item with the key ${entry.item}.` }];
    return repeated.has(at) ? [{ path, message: 'An earlier entry says the same. Remove one of them.' }] : [];
  });
}

function findLoweredTargets(overlay: FrameworkContent, core: FrameworkContent): FieldFault[] {
  const levels = core.levels.map(({ key }) => key);
  const items = new Map(core.items.map((item) => [item.key, item]));
  return (overlay.overlay?.raisedTargets ?? []).flatMap(({ item: key, target }, at) => {
    const item = items.get(key);
    const path = `overlay.raisedTargets.${at}.target`;
    if (!item) return [];
    if (!levels.includes(target))
      return [{ path, message: `The core has no level ${target}: ${oneOf(levels)}.` }];
    if (item.target === null || levels.indexOf(target) > levels.indexOf(item.target)) return [];
    const message = `The core asks for ${item.target} in ${nameOfItem(item)}. An overlay can only ask for more.`;
    return [{ path, message }];
  });
}

function findOverlayFaults(framework: FrameworkContent, core: FrameworkContent): FieldFault[] {
  const { overlay } = framework;
  if (!overlay) return [];
  const strands = core.strands.map(({ key }) => key);
  const items = new Set(core.items.map(({ key }) => key));
  const named = (path: string, member: string, keys: readonly string[], known: (key: string) => boolean) => {
    const repeated = new Set(findRepeated(keys));
    return keys.flatMap((key, at) => {
      const place = `overlay.${path}.${at}.${member}`;
      if (!known(key))
        return [{ path: place, message: `The core has nothing with the key ${key} in this version.` }];
      return repeated.has(at) ? [{ path: place, message: `${key} is named twice. Remove one of them.` }] : [];
    });
  };
  return [
    ...(core.overlay
      ? [{ path: 'overlay.core', message: `${core.title} is an overlay itself. Adapt its core instead.` }]
      : []),
    ...(core.key === overlay.core.key
      ? []
      : [{ path: 'overlay.core.key', message: `This adapts another framework than ${core.title}.` }]),
    ...(framework.levels.length > 0
      ? [{ path: 'levels', message: 'An overlay has the levels of its core. Remove these.' }]
      : []),
    ...named('renamedStrands', 'strand', overlay.renamedStrands.map(({ strand }) => strand), (key) => strands.includes(key)),
    ...named('renamedItems', 'item', overlay.renamedItems.map(({ item }) => item), (key) => items.has(key)),
    ...named('raisedTargets', 'item', overlay.raisedTargets.map(({ item }) => item), (key) => items.has(key)),
    ...findLoweredTargets(framework, core),
  ]; // prettier-ignore
}

/**
 * Everything that keeps the parts of a framework from fitting together, each with its place.
 *
 * @param core  the version that an overlay adapts; null for a core
 * @returns an empty list for a framework that may be published
 */
export function findFrameworkFaults(
  framework: FrameworkContent,
  core: FrameworkContent | null,
): FieldFault[] {
  const { overlay, items } = framework;
  if (overlay && !core)
    return [
      {
        path: 'overlay.core',
        message: `It adapts version ${overlay.core.version} of ${overlay.core.title}, which is not here. Import that first.`,
      },
    ];
  const adapted = overlay ? core : null;
  const parts = partsOf(framework, adapted);
  return [
    ...(adapted ? findOverlayFaults(framework, adapted) : []),
    ...findRepeats(framework, adapted),
    ...items.flatMap((item, at) => findItemFaults(item, `items.${at}`, parts)),
    ...findParentLoops(framework),
    ...findCrosswalkFaults(framework, parts),
  ];
}
