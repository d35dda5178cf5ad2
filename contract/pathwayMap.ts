import type { Track } from './content.ts';
import { moduleMinutes, type UnrolledModule, type UnrolledStepKey } from './cycles.ts';
import { whatTrackAdds, type NotAsked } from './pathwayChoices.ts';
import type { PathwayRules } from './pathwayRules.ts';
import type { MapModule, MapTrack } from './pathways.ts';

/** Parts of a pathway's map that follow from its content and one person's facts. Pure; the same for the server and for the studio's preview. */

/** The steps of a module, of which the first that is not done is the one to go on with. */
export function toStepStates(
  { steps }: Pick<UnrolledModule, 'steps'>,
  done: ReadonlySet<UnrolledStepKey>,
): MapModule['steps'] {
  const now = steps.find(({ key }) => !done.has(key))?.key;
  return steps.map(({ key, kind, title, cycle }) => {
    const ahead = key === now ? 'now' : 'ahead';
    return { key, kind, title, cycle, state: done.has(key) ? 'done' : ahead };
  });
}

/** Why a module is not asked, with the titles of the tracks; null if it is asked. */
export function toShownNotAsked(
  why: NotAsked | undefined,
  tracks: readonly Pick<Track, 'key' | 'title'>[],
): MapModule['notAsked'] {
  if (why?.why !== 'track') return why ?? null;
  const titles = why.tracks.map((track) => tracks.find(({ key }) => key === track)?.title ?? '');
  return { why: 'track', tracks: titles };
}

interface WithTracks extends PathwayRules {
  readonly tracks: readonly Track[];
  readonly modules: readonly Pick<UnrolledModule, 'key' | 'title' | 'opens' | 'steps'>[];
}

/** The tracks of a pathway as somebody sees them who has chosen some. */
export function toMapTracks(pathway: WithTracks, chosen: ReadonlySet<string>): MapTrack[] {
  return pathway.tracks.map(({ key, title, summary }) => {
    const keys = whatTrackAdds(pathway, key, chosen);
    const added = pathway.modules.filter((module) => keys.includes(module.key));
    return {
      key,
      title,
      summary,
      chosen: chosen.has(key),
      adds: added.map((module) => module.title),
      minutes: added.reduce((sum, module) => sum + moduleMinutes(module), 0),
    };
  });
}
