import { SCHEMA_VERSION } from '../../../../contract/content.ts';
import type { ModuleContent, PathwayContent } from '../../../../contract/content.ts';
import { assembleModule } from '../../../../contract/studioParts.ts';
import type { Part } from '../../../../contract/studioParts.ts';
import { findModule, findPathway } from './changes.ts';
import type { Parts } from './changes.ts';

interface Made {
  readonly of: readonly (Part | undefined)[];
  readonly module: ModuleContent;
}

/**
 * Makes the pathway of a draft after each change. A module whose parts are the same objects as before is the same object as before,
 * so that what was made of it can be kept: the lint, and what is shown.
 */
export class PathwayAssembler {
  readonly #made = new Map<string, Made>();

  /** The pathway of these parts; null without the pathway's own. */
  assemble(parts: Parts): PathwayContent | null {
    const head = findPathway(parts);
    if (!head) return null;
    const { type: _, ...own } = head;
    const modules = [...new Set(head.modules)].flatMap((key) => this.#module(parts, key) ?? []);
    return { schemaVersion: SCHEMA_VERSION, ...own, modules };
  }

  #module(parts: Parts, key: string): ModuleContent | null {
    const part = findModule(parts, key);
    if (!part) return null;
    const keys = [...part.steps.flatMap(({ blocks }) => blocks), ...part.criteria, ...part.exemplars];
    const of = [part, ...keys.map((one) => parts.get(one))];
    const known = this.#made.get(key);
    if (known?.of.length === of.length && known.of.every((one, at) => one === of[at])) return known.module;
    const module = assembleModule(parts, part);
    this.#made.set(key, { of, module });
    return module;
  }
}
