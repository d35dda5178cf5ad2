import type { Track } from '../../../../contract/content.ts';
import { isSame } from '../../../../contract/studioMerge.ts';
import { findModule, findPathway, NO_CHANGES, toChanges } from './changes.ts';
import type { Changes, Parts } from './changes.ts';
import { withoutTrack } from './ruleTree.ts';

/** What a designer can do to the tracks of a draft: pure functions of its parts, which return what changes. */

/** Most tracks of a pathway. */
export const TRACKS_MAX = 12;

export function addTrack(parts: Parts, key: string, title: string): Changes {
  const pathway = findPathway(parts);
  if (!pathway || pathway.tracks.length >= TRACKS_MAX) return NO_CHANGES;
  return toChanges({ ...pathway, tracks: [...pathway.tracks, { key, title, summary: '' }] });
}

export function setTrack(parts: Parts, key: string, fields: Partial<Omit<Track, 'key'>>): Changes {
  const pathway = findPathway(parts);
  if (!pathway?.tracks.some((track) => track.key === key)) return NO_CHANGES;
  const tracks = pathway.tracks.map((track) => (track.key === key ? { ...track, ...fields } : track));
  return toChanges({ ...pathway, tracks });
}

/** Removes a track, and what rules say about it: nobody could choose it any more. */
export function removeTrack(parts: Parts, key: string): Changes {
  const pathway = findPathway(parts);
  if (!pathway?.tracks.some((track) => track.key === key)) return NO_CHANGES;
  const tracks = pathway.tracks.filter((track) => track.key !== key);
  const modules = pathway.modules.flatMap((one) => {
    const module = findModule(parts, one);
    const opens = module && withoutTrack(module.opens, key);
    return module && opens && !isSame(opens, module.opens) ? [{ ...module, opens }] : [];
  });
  return toChanges({ ...pathway, tracks, completes: withoutTrack(pathway.completes, key) }, ...modules);
}
