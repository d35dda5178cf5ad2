import type { ModuleContent, PathwayContent } from '../content.ts';
import { evaluativeShare } from '../evaluativeShare.ts';
import { lintAlignedItems, lintFramework, NO_FRAMEWORKS_KNOWN, type KnownFrameworks } from './alignments.ts';
import { findBlank, toFinding, type Finding, type LintSettings } from './findings.ts';
import { lintModule, type ModuleLint, type PlacedKey } from './module.ts';
import { lintRules } from './rules.ts';

/** The last result, as long as what it was made of is the same. */
class Kept<T> {
  #inputs: readonly unknown[] = [];
  #result: { readonly value: T } | null = null;

  get(inputs: readonly unknown[], make: () => T): T {
    const same =
      inputs.length === this.#inputs.length &&
      inputs.every((input, at) => Object.is(input, this.#inputs[at]));
    if (!same || !this.#result) this.#result = { value: make() };
    this.#inputs = inputs;
    return this.#result.value;
  }
}

function lintTexts({ title, vision, licence, source, badge }: PathwayContent): Finding[] {
  return [
    ...findBlank('missing_title', {}, { title }),
    ...findBlank('missing_summary', {}, { vision }),
    ...findBlank('missing_licence', {}, { licence }),
    ...findBlank('missing_attribution', {}, { source }),
    ...(badge ? findBlank('missing_achievement', {}, { 'badge.achievement': badge.achievement }) : []),
  ];
}

/** A badge stands for a judgement by the institution's reviewers, too. */
function lintBadge({ badge, modules }: PathwayContent): Finding[] {
  if (!badge || modules.some(({ reviewedBy }) => reviewedBy === 'reviewer')) return [];
  return [toFinding('badge_by_peers_alone', { field: 'badge' }, { badge: badge.achievement })];
}

/** Keys of the pathway that belong to no module. */
function ownKeys({ key, badge, tracks }: PathwayContent): PlacedKey[] {
  return [
    { key, place: { field: 'key' } },
    ...(badge ? [{ key: badge.key, place: { field: 'badge.key' } }] : []),
    ...tracks.map((track) => ({ key: track.key, place: { track: track.key } })),
  ];
}

function lintKeys(own: readonly PlacedKey[], modules: readonly ModuleLint[]): Finding[] {
  const seen = new Set<string>();
  const found: Finding[] = [];
  for (const keys of [own, ...modules.map((module) => module.keys)]) {
    for (const { key, place } of keys) {
      if (seen.has(key)) found.push(toFinding('repeated_key', place, { key }));
      seen.add(key);
    }
  }
  return found;
}

/**
 * The lint of a pathway that is being written. It keeps what it said about each module as long as that is the same object, so that a
 * change costs about as much as the module that it is in; content must therefore be changed by making new objects. Its findings are
 * always those of `lintPathway`.
 */
export class PathwayLinter {
  readonly #settings: LintSettings;
  readonly #known: KnownFrameworks;
  readonly #modules = new WeakMap<ModuleContent, ModuleLint>();
  readonly #aligned = new WeakMap<ModuleContent, Kept<readonly Finding[]>>();
  readonly #rules = new Kept<readonly Finding[]>();

  /** @param known  the frameworks that alignments are checked against */
  constructor(settings: LintSettings, known: KnownFrameworks = NO_FRAMEWORKS_KNOWN) {
    this.#settings = settings;
    this.#known = known;
  }

  /** Everything that is found, about the pathway first and then module by module. */
  lint(content: PathwayContent): Finding[] {
    const modules = content.modules.map((module) => this.#module(module));
    return [
      ...lintTexts(content),
      ...lintFramework(content, this.#known),
      ...this.#lintRules(content),
      ...this.#lintMinutes(modules),
      ...this.#lintShare(modules),
      ...lintBadge(content),
      ...lintKeys(ownKeys(content), modules),
      ...modules.flatMap(({ findings, unaligned }, at) => [
        ...findings,
        ...(content.framework ? unaligned : []),
        ...this.#lintAlignedItems(content, content.modules[at]),
      ]),
    ];
  }

  /** Finds what there is about one module, so that `lint` need not: where all of them at once would take too long. */
  prepare(content: PathwayContent, module: ModuleContent): void {
    this.#module(module);
    this.#lintAlignedItems(content, module);
  }

  /** What it says depends on the module and on the framework of the pathway, and on nothing else. */
  #lintAlignedItems(content: PathwayContent, module: ModuleContent | undefined): readonly Finding[] {
    if (!module) return [];
    const kept = this.#aligned.get(module) ?? new Kept<readonly Finding[]>();
    this.#aligned.set(module, kept);
    const { framework } = content;
    return kept.get([framework?.key, framework?.version], () =>
      lintAlignedItems(content, module, this.#known),
    );
  }

  #module(module: ModuleContent): ModuleLint {
    const kept = this.#modules.get(module);
    if (kept) return kept;
    const made = lintModule(module, this.#settings);
    this.#modules.set(module, made);
    return made;
  }

  #lintRules(content: PathwayContent): readonly Finding[] {
    const { tracks, completes, badge, modules } = content;
    const inputs = [
      tracks,
      completes,
      badge,
      ...modules.flatMap(({ key, title, opens }) => [key, title, opens]),
    ];
    return this.#rules.get(inputs, () => lintRules(content));
  }

  #lintMinutes(modules: readonly ModuleLint[]): Finding[] {
    const minutes = modules.reduce((sum, module) => sum + module.minutes, 0);
    const max = this.#settings.pathwayMinutesMax;
    if (max === null || minutes <= max) return [];
    return [toFinding('pathway_minutes', { field: 'modules' }, { minutes, max })];
  }

  #lintShare(modules: readonly ModuleLint[]): Finding[] {
    const max = this.#settings.evaluativeShareMax;
    const share = evaluativeShare(modules);
    if (max === null || share <= max) return [];
    return [toFinding('evaluative_share', { field: 'modules' }, { share, max })];
  }
}

/**
 * Whether content is fit to be published: the same for studio, server and command line.
 *
 * @param content  of the newest schema version (`readPathwayContent`)
 * @param known  the frameworks that alignments are checked against; without, they are not checked
 * @returns errors and warnings, about the pathway first and then module by module; none if nothing was found
 */
export function lintPathway(
  content: PathwayContent,
  settings: LintSettings,
  known: KnownFrameworks = NO_FRAMEWORKS_KNOWN,
): Finding[] {
  return new PathwayLinter(settings, known).lint(content);
}
