import { useTranslation } from 'react-i18next';
import type { OpensAfter } from '../../../../contract/rules.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';

/** Who is addressed: whoever has to meet it, or people who see what others have to meet. */
export type OpensReader = 'own' | 'others';

type Single = Exclude<OpensAfter, { of: unknown }>;
const isSingle = (part: OpensAfter): part is Single => !('of' in part);

/** What is missing before a module opens, in words. */
export function useOpensAfter() {
  const { t } = useTranslation();
  const format = useFormat();
  const part = (one: OpensAfter): string =>
    isSingle(one)
      ? t(`opens.part.${one.type}`, { title: one.title })
      : t(`opens.part.${one.type}`, { n: one.type === 'atLeast' ? one.n : one.of.length });
  return {
    /** One part of a list: the name of what is missing, or what begins a list of its own. */
    part,
    /** For a chip: the numbers of modules, otherwise that it opens later. */
    short: (needed: OpensAfter): string => {
      if (needed.type === 'module') return t('opens.chip', { n: needed.position });
      const positions =
        needed.type === 'all'
          ? needed.of.flatMap((one) => (one.type === 'module' ? [one.position] : []))
          : [];
      return needed.type === 'all' && positions.length === needed.of.length
        ? t('opens.chipAll', { numbers: format.list(positions.map(format.number)) })
        : t('states.locked');
    },
    /** A whole sentence; null if it takes a list (`beginning`), because parts are made of others. */
    sentence: (needed: OpensAfter, reader: OpensReader): string | null => {
      if (isSingle(needed)) return t(`opens.${needed.type}`, { title: needed.title, reader });
      if (!needed.of.every(isSingle)) return null;
      const names = needed.of.map(part);
      return needed.type === 'all'
        ? t('opens.all', { names: format.list(names), reader })
        : t('opens.atLeast', { n: needed.n, names: format.choices(names), reader });
    },
    /** What a list of the parts begins with. */
    beginning: (needed: Exclude<OpensAfter, Single>, reader: OpensReader): string =>
      t(`opens.list.${needed.type}`, { n: needed.type === 'atLeast' ? needed.n : needed.of.length, reader }),
  };
}
