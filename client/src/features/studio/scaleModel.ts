import type { LevelKey, Scale } from '../../../../contract/content.ts';

/** A scale with one more level at its upper end, under a key that it does not have yet. */
export function withLevel({ levels, meets }: Scale, name: string): Scale {
  const candidates = [...levels, null].map((_, place) => `level_${place + 1}`);
  const key = candidates.find((one) => levels.every((level) => level.key !== one)) ?? 'level';
  return { levels: [...levels, { key, name }], meets };
}

/** A scale without a level; if that one was needed for approval, the one in its place is, but never the lowest. */
export function withoutLevel({ levels, meets }: Scale, key: LevelKey): Scale {
  const at = levels.findIndex((level) => level.key === key);
  const rest = levels.filter((level) => level.key !== key);
  const needed = meets === key ? at : rest.findIndex((level) => level.key === meets);
  const place = Math.max(1, Math.min(rest.length - 1, needed));
  return { levels: rest, meets: rest[place]?.key ?? meets };
}
